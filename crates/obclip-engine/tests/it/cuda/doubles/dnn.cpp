// A double of cuDNN's convolution, channels last.
#include <stdlib.h>

#include "values.h"

#define OK 0
#define BAD_PARAM 2000
#define NOT_SUPPORTED 3000

struct Shape { int kind, n, c, h, w; };
struct Filter { int kind, k, c, h, w; };
struct Sliding { int padding, stride, math; };

static const size_t WORKSPACE = 48;
static thread_local bool refuses_fusing = false;

static bool kind_of(int code, Kind *kind) {
  switch (code) {
    case 0: return *kind = F32, true;
    case 2: return *kind = F16, true;
    case 9: return *kind = BF16, true;
    default: return false;
  }
}

static int convolve(const Shape *x, const void *from, const Filter *w, const void *weight, const Sliding *by,
                    const void *z, const void *bias, const Shape *y, void *to) {
  Kind kind;
  int side = w->h, height = (x->h + 2 * by->padding - side) / by->stride + 1,
      width = (x->w + 2 * by->padding - side) / by->stride + 1;
  if (!kind_of(x->kind, &kind) || x->kind != w->kind || x->kind != y->kind || x->c != w->c || y->c != w->k ||
      y->n != x->n || y->h != height || y->w != width)
    return BAD_PARAM;
  // f32 without TensorFloat-32, half precision on tensor cores.
  if (by->math != (kind == F32 ? 3 : 1)) return BAD_PARAM;
  for (int n = 0; n < y->n; n++)
    for (int i = 0; i < y->h; i++)
      for (int j = 0; j < y->w; j++)
        for (int k = 0; k < y->c; k++) {
          double sum = 0;
          for (int p = 0; p < side; p++)
            for (int q = 0; q < side; q++) {
              int line = i * by->stride + p - by->padding, column = j * by->stride + q - by->padding;
              if (line < 0 || line >= x->h || column < 0 || column >= x->w) continue;
              size_t at = ((size_t)(n * x->h + line) * x->w + column) * x->c;
              size_t of = ((size_t)(k * side + p) * side + q) * x->c;
              for (int c = 0; c < x->c; c++) sum += (double)get(from, kind, at + c) * get(weight, kind, of + c);
            }
          size_t at = ((size_t)(n * y->h + i) * y->w + j) * y->c + k;
          if (z) sum += get(z, kind, at);
          if (bias) sum += get(bias, kind, k);
          put(to, kind, at, sum);
        }
  return OK;
}

extern "C" {
// For tests.
void double_refuse_fusing(bool refuses) { refuses_fusing = refuses; }

int cudnnCreate(void **handle) { return *handle = malloc(1), OK; }
int cudnnDestroy(void *handle) { return free(handle), OK; }
int cudnnSetStream(void *, void *stream) { return stream ? OK : BAD_PARAM; }
int cudnnCreateTensorDescriptor(void **shape) { return *shape = new Shape{}, OK; }
int cudnnSetTensor4dDescriptor(void *shape, int format, int kind, int n, int c, int h, int w) {
  if (format != 1) return BAD_PARAM;
  return *(Shape *)shape = {kind, n, c, h, w}, OK;
}
int cudnnDestroyTensorDescriptor(void *shape) { return delete (Shape *)shape, OK; }
int cudnnCreateFilterDescriptor(void **filter) { return *filter = new Filter{}, OK; }
int cudnnSetFilter4dDescriptor(void *filter, int kind, int format, int k, int c, int h, int w) {
  if (format != 1) return BAD_PARAM;
  return *(Filter *)filter = {kind, k, c, h, w}, OK;
}
int cudnnDestroyFilterDescriptor(void *filter) { return delete (Filter *)filter, OK; }
int cudnnCreateConvolutionDescriptor(void **by) { return *by = new Sliding{}, OK; }
int cudnnSetConvolution2dDescriptor(void *by, int pad_h, int pad_w, int u, int v, int dilation_h, int dilation_w,
                                    int mode, int sums) {
  if (pad_h != pad_w || u != v || dilation_h != 1 || dilation_w != 1 || mode != 1 || sums != 0) return BAD_PARAM;
  return *(Sliding *)by = {pad_h, u, 0}, OK;
}
int cudnnSetConvolutionMathType(void *by, int math) { return ((Sliding *)by)->math = math, OK; }
int cudnnDestroyConvolutionDescriptor(void *by) { return delete (Sliding *)by, OK; }
int cudnnCreateActivationDescriptor(void **activation) { return *activation = malloc(1), OK; }
int cudnnSetActivationDescriptor(void *, int mode, int, double) { return mode == 5 ? OK : BAD_PARAM; }
int cudnnDestroyActivationDescriptor(void *activation) { return free(activation), OK; }
int cudnnGetConvolutionForwardWorkspaceSize(void *, void *, void *, void *, void *, int algorithm, size_t *size) {
  return algorithm == 1 ? (*size = WORKSPACE, OK) : NOT_SUPPORTED;
}
int cudnnConvolutionBiasActivationForward(void *, const float *, void *x, const void *from, void *w, const void *weight,
                                          void *by, int algorithm, void *workspace, size_t size, const float *of_z,
                                          void *, const void *z, void *bias_shape, const void *bias, void *, void *y,
                                          void *to) {
  if (refuses_fusing) return NOT_SUPPORTED;
  const Shape *b = (Shape *)bias_shape;
  bool is_bias = b->n == 1 && b->h == 1 && b->w == 1 && b->c == ((Shape *)y)->c;
  if (algorithm != 1 || size != WORKSPACE || !is_bias) return BAD_PARAM;
  memset(workspace, 0xff, WORKSPACE);
  return convolve((Shape *)x, from, (Filter *)w, weight, (Sliding *)by, *of_z != 0 ? z : nullptr, bias, (Shape *)y, to);
}
int cudnnConvolutionForward(void *, const float *, void *x, const void *from, void *w, const void *weight, void *by,
                            int algorithm, void *workspace, size_t size, const float *beta, void *y, void *to) {
  if (algorithm != 1 || size != WORKSPACE || *beta != 0) return BAD_PARAM;
  memset(workspace, 0xff, WORKSPACE);
  return convolve((Shape *)x, from, (Filter *)w, weight, (Sliding *)by, nullptr, nullptr, (Shape *)y, to);
}
}
