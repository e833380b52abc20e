// Normalisations: statistics in f32, around a sample of what is normalised, so that a mean far from zero costs no
// digits.

// What a block of 256 threads adds up, in an order that depends on nothing but the thread's number.
__device__ inline float block_sum(float x) {
  __shared__ float parts[8];
  x = warp_sum(x);
  if (threadIdx.x % 32 == 0) parts[threadIdx.x / 32] = x;
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < 8; i++) sum += parts[i];
  __syncthreads();
  return sum;
}

// Sums of a group's values and of their squares, both less the group's first value, over a part of the positions.
// Grid: (parts, groups, rows), 256 threads; `sums` is (rows, groups, parts, 2).
extern "C" __global__ void group_sums(const Stored *x, float *sums, u64 positions, u32 channels,
                                      u32 groups) {
  u32 width = channels / groups, group = blockIdx.y, parts = gridDim.x;
  const Stored *from = x + blockIdx.z * positions * channels + group * width;
  float around = load(from[0]), sum = 0, squares = 0;
  u64 first = positions * blockIdx.x / parts, end = positions * (blockIdx.x + 1) / parts;
  for (u64 i = threadIdx.x; i < (end - first) * width; i += blockDim.x) {
    float value = load(from[(first + i / width) * channels + i % width]) - around;
    sum += value;
    squares += value * value;
  }
  sum = block_sum(sum);
  squares = block_sum(squares);
  if (threadIdx.x == 0) {
    float *to = sums + ((blockIdx.z * (u64)groups + group) * parts + blockIdx.x) * 2;
    to[0] = sum;
    to[1] = squares;
  }
}

// What a group is multiplied with and added to.
__device__ inline void group_line(const Stored *x, const float *sums, u64 positions, u32 channels,
                                  u32 groups, u32 parts, float eps, u32 group, float *mean,
                                  float *inverse) {
  u32 width = channels / groups;
  float around = load(x[blockIdx.y * positions * channels + group * width]);
  const float *of = sums + (blockIdx.y * (u64)groups + group) * parts * 2;
  float sum = 0, squares = 0;
  for (u32 part = 0; part < parts; part++) {
    sum += of[part * 2];
    squares += of[part * 2 + 1];
  }
  float count = (float)positions * width, offset = sum / count;
  *mean = around + offset;
  *inverse = 1.0f / sqrtf(fmaxf(squares / count - offset * offset, 0.0f) + eps);
}

template <int V>
__device__ inline void group_apply_of(const Stored *x, const Stored *scale, const Stored *shift,
                                      Stored *out, u64 row_len, u32 channels, u32 width, u32 kind,
                                      const float *mean, const float *inverse) {
  u32 packs = channels / V;
  u64 row = blockIdx.y * (row_len / V);
  EACH(i, row_len / V) {
    u32 c = i % packs * V;
    Vec<V> value = ((const Vec<V> *)x)[row + i];
    for (int l = 0; l < V; l++) {
      u32 group = (c + l) / width;
      float normal = (load(value.v[l]) - mean[group]) * inverse[group];
      value.v[l] = store(activation(normal * load(scale[c + l]) + load(shift[c + l]), kind));
    }
    ((Vec<V> *)out)[row + i] = value;
  }
}

#define MOST_GROUPS 1024

// Grid: (any, rows).
extern "C" __global__ void group_apply(const Stored *x, const float *sums, const Stored *scale,
                                       const Stored *shift, Stored *out, u64 positions,
                                       u32 channels, u32 groups, u32 parts, float eps, u32 kind) {
  __shared__ float mean[MOST_GROUPS], inverse[MOST_GROUPS];
  for (u32 group = threadIdx.x; group < groups; group += blockDim.x)
    group_line(x, sums, positions, channels, groups, parts, eps, group, &mean[group],
               &inverse[group]);
  __syncthreads();
  u64 row_len = positions * channels;
  u32 width = channels / groups;
  if (channels % LANES == 0)
    group_apply_of<LANES>(x, scale, shift, out, row_len, channels, width, kind, mean, inverse);
  else
    group_apply_of<1>(x, scale, shift, out, row_len, channels, width, kind, mean, inverse);
}

template <int V>
__device__ inline void layer_norm_of(const Stored *x, const Stored *scale, const Stored *shift,
                                     Stored *out, u32 channels, float eps) {
  u32 lane = threadIdx.x % 32, packs = channels / V;
  const Vec<V> *from = (const Vec<V> *)x;
  float sum = 0, squares = 0;
  for (u32 i = lane; i < packs; i += 32) {
    Vec<V> value = from[i];
    for (int l = 0; l < V; l++) sum += load(value.v[l]);
  }
  float mean = warp_sum(sum) / channels;
  for (u32 i = lane; i < packs; i += 32) {
    Vec<V> value = from[i];
    for (int l = 0; l < V; l++) squares += (load(value.v[l]) - mean) * (load(value.v[l]) - mean);
  }
  float inverse = 1.0f / sqrtf(warp_sum(squares) / channels + eps);
  for (u32 i = lane; i < packs; i += 32) {
    Vec<V> value = from[i], by = ((const Vec<V> *)scale)[i], plus = ((const Vec<V> *)shift)[i];
    for (int l = 0; l < V; l++)
      value.v[l] = store((load(value.v[l]) - mean) * inverse * load(by.v[l]) + load(plus.v[l]));
    ((Vec<V> *)out)[i] = value;
  }
}

// One warp for each position.
extern "C" __global__ void layer_norm(const Stored *x, const Stored *scale, const Stored *shift,
                                      Stored *out, u64 positions, u32 channels, float eps) {
  u64 position = blockIdx.x * (u64)(blockDim.x / 32) + threadIdx.x / 32;
  if (position >= positions) return;
  x += position * channels;
  out += position * channels;
  if (channels % LANES == 0)
    layer_norm_of<LANES>(x, scale, shift, out, channels, eps);
  else
    layer_norm_of<1>(x, scale, shift, out, channels, eps);
}
