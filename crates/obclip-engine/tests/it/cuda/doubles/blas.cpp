// A double of cuBLASLt: the product that the descriptors ask for. Columns lie one behind the other.
#include <stdio.h>
#include <stdlib.h>

#include "values.h"

#define OK 0
#define INVALID_VALUE 7
#define NOT_SUPPORTED 15

struct Operation { int a_is_transposed; int epilogue; int bias_kind; const void *bias; };
struct Layout { int kind; uint64_t rows, columns; int64_t step; };
struct Heuristic { uint64_t algorithm[8]; size_t workspace; int state; float waves; int reserved[4]; };

static bool kind_of(int code, Kind *kind) {
  switch (code) {
    case 0: return *kind = F32, true;
    case 2: return *kind = F16, true;
    case 14: return *kind = BF16, true;
    default: return false;
  }
}

// `workspace` and `algorithm` that must come back as they were given.
static const size_t WORKSPACE = 64;
static const uint64_t ALGORITHM = 0x0b5c112u;

static int check(const Operation *op, const Layout *a, const Layout *b, const Layout *c, const Layout *d) {
  bool fits = op->a_is_transposed && a->rows == b->rows && d->rows == a->columns && d->columns == b->columns &&
              c->rows == d->rows && c->columns == d->columns;
  bool kinds = a->kind == b->kind && a->kind == c->kind && a->kind == d->kind;
  bool steps = a->step >= (int64_t)a->rows && b->step >= (int64_t)b->rows && d->step >= (int64_t)d->rows;
  bool bias = op->epilogue == 1 || (op->epilogue == 4 && op->bias && op->bias_kind == d->kind);
  return fits && kinds && steps && bias ? OK : INVALID_VALUE;
}

extern "C" {
int cublasLtCreate(void **handle) { return *handle = malloc(1), OK; }
int cublasLtDestroy(void *handle) { return free(handle), OK; }
int cublasLtMatmulDescCreate(void **op, int compute, int scale) {
  // Sums in f32 without TensorFloat-32, scalars in f32.
  if (compute != 68 || scale != 0) return NOT_SUPPORTED;
  return *op = new Operation{0, 1, -1, nullptr}, OK;
}
int cublasLtMatmulDescDestroy(void *op) { return delete (Operation *)op, OK; }
int cublasLtMatmulDescSetAttribute(void *handle, int which, const void *value, size_t size) {
  Operation *op = (Operation *)handle;
  if (which == 8) return size == 8 ? (op->bias = *(void *const *)value, OK) : INVALID_VALUE;
  if (size != 4) return INVALID_VALUE;
  int number = *(const int *)value;
  switch (which) {
    case 3: return op->a_is_transposed = number, OK;
    case 7: return op->epilogue = number, OK;
    case 26: return op->bias_kind = number, OK;
    default: return NOT_SUPPORTED;
  }
}
int cublasLtMatrixLayoutCreate(void **layout, int kind, uint64_t rows, uint64_t columns, int64_t step) {
  return *layout = new Layout{kind, rows, columns, step}, OK;
}
int cublasLtMatrixLayoutDestroy(void *layout) { return delete (Layout *)layout, OK; }
int cublasLtMatmulPreferenceCreate(void **preference) { return *preference = malloc(1), OK; }
int cublasLtMatmulPreferenceDestroy(void *preference) { return free(preference), OK; }
int cublasLtMatmulPreferenceSetAttribute(void *, int which, const void *value, size_t size) {
  return which == 1 && size == 8 && *(const uint64_t *)value >= WORKSPACE ? OK : INVALID_VALUE;
}
int cublasLtMatmulAlgoGetHeuristic(void *, void *op, void *a, void *b, void *c, void *d, void *, int wanted,
                                   Heuristic *result, int *found) {
  int status = check((Operation *)op, (Layout *)a, (Layout *)b, (Layout *)c, (Layout *)d);
  if (status != OK || wanted < 1) return status != OK ? status : INVALID_VALUE;
  *result = {{ALGORITHM}, WORKSPACE, OK, 1, {}};
  return *found = 1, OK;
}
int cublasLtMatmul(void *, void *operation, const float *alpha, const void *a, void *a_layout, const void *b,
                   void *b_layout, const float *beta, const void *c, void *c_layout, void *d, void *d_layout,
                   const uint64_t *algorithm, void *workspace, size_t workspace_size, void *) {
  const Operation *op = (Operation *)operation;
  const Layout *la = (Layout *)a_layout, *lb = (Layout *)b_layout, *lc = (Layout *)c_layout, *ld = (Layout *)d_layout;
  int status = check(op, la, lb, lc, ld);
  Kind kind;
  if (status != OK || !kind_of(ld->kind, &kind)) return INVALID_VALUE;
  if (*algorithm != ALGORITHM || workspace_size != WORKSPACE) return INVALID_VALUE;
  memset(workspace, 0xff, WORKSPACE);
  for (uint64_t column = 0; column < ld->columns; column++)
    for (uint64_t row = 0; row < ld->rows; row++) {
      double sum = 0;
      for (uint64_t k = 0; k < la->rows; k++)
        sum += (double)get(a, kind, row * la->step + k) * get(b, kind, column * lb->step + k);
      sum *= *alpha;
      // What is not asked for is not read: it may be anything.
      if (*beta != 0) sum += *beta * get(c, kind, column * lc->step + row);
      if (op->epilogue == 4) sum += get(op->bias, kind, row);
      put(d, kind, column * ld->step + row, sum);
    }
  return OK;
}
}
