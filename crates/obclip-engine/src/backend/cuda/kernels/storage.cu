// How values lie in memory, and how they become the f32 that everything is computed in. OBCLIP_STORAGE: 0 for f32,
// 1 for f16, 2 for bf16.
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

// NVRTC has no <math.h>.
#ifndef INFINITY
#define INFINITY __int_as_float(0x7f800000)
#endif

#if OBCLIP_STORAGE == 0
typedef float Stored;
#define LANES 4
#else
typedef u16 Stored;
#define LANES 8
#endif

// LANES values are 16 bytes, the widest load there is.
template <int V> struct __align__(V * sizeof(Stored)) Vec { Stored v[V]; };

// The tests' double of NVRTC brings its own.
#ifndef OBCLIP_HOST_DOUBLE
__device__ inline float from_half(u16 bits) {
  float value;
  asm("cvt.f32.f16 %0, %1;" : "=f"(value) : "h"(bits));
  return value;
}

__device__ inline u16 to_half(float value) {
  u16 bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  return bits;
}
#endif

__device__ inline float from_bfloat(u16 bits) { return __uint_as_float((u32)bits << 16); }

// To the nearest, ties to even; what is not a number stays so.
__device__ inline u16 to_bfloat(float value) {
  u32 bits = __float_as_uint(value);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return (u16)((bits >> 16) | 0x40);
  return (u16)((bits + 0x7fffu + ((bits >> 16) & 1)) >> 16);
}

#if OBCLIP_STORAGE == 0
__device__ inline float load(Stored x) { return x; }
__device__ inline Stored store(float x) { return x; }
#elif OBCLIP_STORAGE == 1
__device__ inline float load(Stored x) { return from_half(x); }
__device__ inline Stored store(float x) { return to_half(x); }
#else
__device__ inline float load(Stored x) { return from_bfloat(x); }
__device__ inline Stored store(float x) { return to_bfloat(x); }
#endif

// A thread's share of 0..n, whatever the grid.
#define EACH(i, n)                                                         \
  for (u64 i = blockIdx.x * (u64)blockDim.x + threadIdx.x; i < (u64)(n);   \
       i += (u64)gridDim.x * blockDim.x)

// 0 none, then in the order of `Activation`.
__device__ inline float activation(float x, u32 kind) {
  switch (kind) {
    case 1: return x / (1.0f + expf(-x));
    case 2: return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f));
    case 3: return x / (1.0f + expf(-1.702f * x));
    case 4: return 0.5f * x * (1.0f + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
    case 5: return fmaxf(x, 0.0f);
    default: return x;
  }
}

__device__ inline float warp_sum(float x) {
  for (int step = 16; step > 0; step /= 2) x += __shfl_xor_sync(0xffffffffu, x, step);
  return x;
}

__device__ inline float warp_max(float x) {
  for (int step = 16; step > 0; step /= 2) x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, step));
  return x;
}
