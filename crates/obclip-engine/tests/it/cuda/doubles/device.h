// A GPU's device as kernels see it, on the host: a block's threads are fibers of the calling thread, which change places at
// barriers and warp-wide operations. Blocks run one after the other.
#pragma once
#define OBCLIP_HOST_DOUBLE
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

#include <type_traits>
#include <utility>

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(n)
#define __align__(n) __attribute__((aligned(n)))

struct Three { unsigned x, y, z; };
static Three threadIdx, blockIdx, blockDim, gridDim;

namespace fibers {

constexpr unsigned MOST = 1024, WARP = 32;
constexpr size_t STACK = 256 << 10;
enum Place { RUNNING, AT_BLOCK, AT_WARP, DONE };

struct Fiber {
  ucontext_t context;
  jmp_buf here;
  bool started;
  Place place;
  unsigned parity;
};

static Fiber all[MOST];
static jmp_buf scheduler;
static unsigned current;
// A kernel's first thread is tried without a fiber: most kernels never wait.
static bool is_direct;
static jmp_buf direct_end;
static void (*body)(void **);
static void **arguments;

// What the lanes of each warp hand each other; two sets, since a lane can be one operation ahead.
struct Slot { uint32_t words[8]; const void *pointer; };
static Slot slots[2][MOST];

[[noreturn]] static void stop(const char *why) {
  fprintf(stderr, "double of a GPU: %s (block %u,%u,%u, thread %u)\n", why, blockIdx.x, blockIdx.y,
          blockIdx.z, current);
  abort();
}

[[noreturn]] static void entry() {
  for (;;) {
    body(arguments);
    all[current].place = DONE;
    if (_setjmp(all[current].here) == 0) _longjmp(scheduler, 1);
  }
}

static void wait_at(Place place) {
  if (is_direct) _longjmp(direct_end, 1);
  all[current].place = place;
  if (_setjmp(all[current].here) == 0) _longjmp(scheduler, 1);
}

static void resume(unsigned thread) {
  Fiber &fiber = all[thread];
  current = thread;
  threadIdx = {thread, 0, 0};
  if (_setjmp(scheduler) != 0) return;
  if (fiber.started) _longjmp(fiber.here, 1);
  fiber.started = true;
  getcontext(&fiber.context);
  fiber.context.uc_stack.ss_size = STACK;
  fiber.context.uc_stack.ss_sp =
      mmap(nullptr, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (fiber.context.uc_stack.ss_sp == MAP_FAILED) stop("no memory for a stack");
  // Not all of them on the same lines of the cache.
  fiber.context.uc_stack.ss_size -= thread % 61 * 192;
  makecontext(&fiber.context, entry, 0);
  setcontext(&fiber.context);
}

// Lets go on who may: a warp whose lanes all wait for each other, a block whose threads all do or have ended.
static bool release(unsigned n) {
  bool any = false;
  for (unsigned warp = 0; warp < n; warp += WARP) {
    unsigned waiting = 0, size = n - warp < WARP ? n - warp : WARP;
    for (unsigned i = warp; i < warp + size; i++) waiting += all[i].place == AT_WARP;
    if (waiting == 0) continue;
    bool whole = waiting == size;
    for (unsigned i = warp; i < warp + size && !whole; i++)
      if (all[i].place == DONE || all[i].place == AT_BLOCK) stop("a warp-wide operation without some lanes");
    for (unsigned i = warp; i < warp + size && whole; i++) all[i].place = RUNNING;
    any |= whole;
  }
  unsigned at_block = 0, done = 0;
  for (unsigned i = 0; i < n; i++) at_block += all[i].place == AT_BLOCK, done += all[i].place == DONE;
  if (at_block > 0 && at_block + done == n) {
    if (done > 0) stop("a barrier that some threads of the block never reach");
    for (unsigned i = 0; i < n; i++) all[i].place = RUNNING;
    any = true;
  }
  return any;
}

static void run_block(bool backwards) {
  unsigned n = blockDim.x;
  for (unsigned i = 0; i < n; i++) all[i].place = RUNNING, all[i].parity = 0;
  do {
    for (unsigned i = 0; i < n; i++) {
      unsigned thread = backwards ? n - 1 - i : i;
      if (all[thread].place == RUNNING) resume(thread);
    }
  } while (release(n));
  for (unsigned i = 0; i < n; i++)
    if (all[i].place != DONE) stop("threads that wait for ever");
}

// False if a thread wants to wait.
static bool run_block_directly() {
  is_direct = true;
  if (_setjmp(direct_end) != 0) {
    is_direct = false;
    return false;
  }
  for (current = 0; current < blockDim.x; current++) {
    threadIdx = {current, 0, 0};
    body(arguments);
  }
  is_direct = false;
  return true;
}

static void run_grid(void (*kernel)(void **), void **parameters, Three grid, unsigned n, bool *waits) {
  static unsigned launches = 0;
  if (n > MOST) stop("too many threads in a block");
  body = kernel, arguments = parameters, gridDim = grid, blockDim = {n, 1, 1};
  bool backwards = launches++ % 2;
  for (unsigned z = 0; z < grid.z; z++)
    for (unsigned y = 0; y < grid.y; y++)
      for (unsigned x = 0; x < grid.x; x++) {
        blockIdx = {x, y, z};
        if (!*waits && !run_block_directly()) *waits = true;
        if (*waits) run_block(backwards);
      }
}

// Hands `mine` to the warp; everybody's is then in the returned array.
template <unsigned N> static const Slot *exchange(const uint32_t (&words)[N], const void *pointer) {
  unsigned thread = current;
  Slot *set = slots[all[thread].parity++ % 2];
  memcpy(set[thread].words, words, sizeof words);
  set[thread].pointer = pointer;
  wait_at(AT_WARP);
  return set + thread / WARP * WARP;
}

template <class... A, size_t... I>
void call_with(void (*kernel)(A...), void **p, std::index_sequence<I...>) {
  kernel(*(std::remove_const_t<A> *)p[I]...);
}
template <class... A> void call(void (*kernel)(A...), void **p) {
  call_with(kernel, p, std::index_sequence_for<A...>());
}

}  // namespace fibers

static inline void __syncthreads() { fibers::wait_at(fibers::AT_BLOCK); }
static inline void __syncwarp() { fibers::wait_at(fibers::AT_WARP); }

static inline float __uint_as_float(uint32_t bits) { float x; memcpy(&x, &bits, 4); return x; }
static inline uint32_t __float_as_uint(float x) { uint32_t bits; memcpy(&bits, &x, 4); return bits; }
static inline unsigned min(unsigned a, unsigned b) { return a < b ? a : b; }

static inline float __shfl_xor_sync(unsigned mask, float x, int step) {
  if (mask != 0xffffffffu) fibers::stop("a shuffle with a mask");
  unsigned lane = fibers::current % fibers::WARP;
  return __uint_as_float(fibers::exchange<1>({__float_as_uint(x)}, nullptr)[lane ^ step].words[0]);
}

static float from_half_slowly(uint16_t bits) {
  uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 31, fraction = bits & 0x3ff;
  if (exponent == 31) return __uint_as_float(sign | 0x7f800000u | fraction << 13);
  float value = exponent == 0 ? ldexpf(fraction, -24) : ldexpf(fraction | 0x400, (int)exponent - 25);
  return sign ? -value : value;
}

static struct Halves {
  float of[1 << 16];
  Halves() { for (uint32_t bits = 0; bits < 1 << 16; bits++) of[bits] = from_half_slowly(bits); }
} halves;
static inline float from_half(uint16_t bits) { return halves.of[bits]; }

// To the nearest, ties to even.
static inline uint16_t to_half(float value) {
  uint16_t sign = __float_as_uint(value) >> 16 & 0x8000;
  float size = fabsf(value);
  if (isnan(value)) return sign | 0x7e00;
  if (size >= 65520.0f) return sign | 0x7c00;
  if (size < 0x1p-14f) return sign | (uint16_t)nearbyintf(ldexpf(size, 24));
  int exponent;
  float fraction = frexpf(size, &exponent);
  uint32_t rounded = (uint32_t)nearbyintf(ldexpf(fraction, 11));
  return sign | (uint16_t)(((exponent + 14) << 10) + rounded - 0x400);
}

#if OBCLIP_STORAGE != 0
static inline float half_of(uint32_t word, unsigned which) {
  uint16_t bits = which ? word >> 16 : word;
#if OBCLIP_STORAGE == 1
  return from_half(bits);
#else
  return __uint_as_float((uint32_t)bits << 16);
#endif
}

static inline void multiply_add(float *d, const uint32_t *a, uint32_t b0, uint32_t b1) {
  unsigned lane = fibers::current % 32, g = lane / 4, t = lane % 4;
  const fibers::Slot *of = fibers::exchange<6>({a[0], a[1], a[2], a[3], b0, b1}, nullptr);
  for (unsigned i = 0; i < 4; i++) {
    unsigned row = g + i / 2 * 8, column = 2 * t + i % 2;
    float sum = d[i];
    for (unsigned k = 0; k < 16; k++) {
      uint32_t left = of[row % 8 * 4 + k % 8 / 2].words[row / 8 + k / 8 * 2];
      uint32_t right = of[column * 4 + k % 8 / 2].words[4 + k / 8];
      sum += half_of(left, k % 2) * half_of(right, k % 2);
    }
    d[i] = sum;
  }
}

static inline void load_turned(uint32_t *r, const uint16_t *row) {
  if ((uintptr_t)row % 16 != 0) fibers::stop("ldmatrix from an address that is no multiple of 16");
  unsigned lane = fibers::current % 32, g = lane / 4, t = lane % 4;
  const fibers::Slot *of = fibers::exchange<1>({0}, row);
  for (unsigned i = 0; i < 4; i++) {
    const uint16_t *low = (const uint16_t *)of[i * 8 + 2 * t].pointer;
    const uint16_t *high = (const uint16_t *)of[i * 8 + 2 * t + 1].pointer;
    r[i] = low[g] | (uint32_t)high[g] << 16;
  }
}
#endif
