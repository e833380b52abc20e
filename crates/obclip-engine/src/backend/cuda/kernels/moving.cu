// Values from one place to another.

// Images from the host, (N, C, positions) in f32, to (N, positions, C).
extern "C" __global__ void from_image(const float *x, Stored *out, u64 n, u32 channels,
                                      u64 positions) {
  EACH(i, n) {
    u64 row = i / channels / positions, position = i / channels % positions, c = i % channels;
    out[i] = store(x[(row * channels + c) * positions + position]);
  }
}

extern "C" __global__ void to_image(const Stored *x, float *out, u64 n, u32 channels,
                                    u64 positions) {
  EACH(i, n) {
    u64 row = i / positions / channels, c = i / positions % channels, position = i % positions;
    out[i] = load(x[(row * positions + position) * channels + c]);
  }
}

// Tokens lie the same way here and there.
extern "C" __global__ void from_tokens(const float *x, Stored *out, u64 n) {
  EACH(i, n) out[i] = store(x[i]);
}

extern "C" __global__ void to_tokens(const Stored *x, float *out, u64 n) {
  EACH(i, n) out[i] = load(x[i]);
}

template <int V>
__device__ inline void concat_of(const Stored *a, const Stored *b, Stored *out, u64 n_packs,
                                 u32 a_packs, u32 b_packs) {
  EACH(i, n_packs) {
    u64 position = i / (a_packs + b_packs);
    u32 at = i % (a_packs + b_packs);
    ((Vec<V> *)out)[i] = at < a_packs ? ((const Vec<V> *)a)[position * a_packs + at]
                                      : ((const Vec<V> *)b)[position * b_packs + at - a_packs];
  }
}

extern "C" __global__ void concat(const Stored *a, const Stored *b, Stored *out, u64 n, u32 a_width,
                                  u32 b_width) {
  if (a_width % LANES == 0 && b_width % LANES == 0)
    concat_of<LANES>(a, b, out, n / LANES, a_width / LANES, b_width / LANES);
  else
    concat_of<1>(a, b, out, n, a_width, b_width);
}

template <int V>
__device__ inline void upsample_of(const Stored *x, Stored *out, u64 n_packs, u32 packs, u64 h,
                                   u64 w, u64 to_h, u64 to_w) {
  EACH(i, n_packs) {
    u64 at = i / packs, column = at % to_w, line = at / to_w % to_h, row = at / to_w / to_h;
    u64 from = (row * h + line * h / to_h) * w + column * w / to_w;
    ((Vec<V> *)out)[i] = ((const Vec<V> *)x)[from * packs + i % packs];
  }
}

extern "C" __global__ void upsample(const Stored *x, Stored *out, u64 n, u32 channels, u64 h, u64 w,
                                    u64 to_h, u64 to_w) {
  if (channels % LANES == 0)
    upsample_of<LANES>(x, out, n / LANES, channels / LANES, h, w, to_h, to_w);
  else
    upsample_of<1>(x, out, n, channels, h, w, to_h, to_w);
}

// Where rows come from, one per block of the grid's second axis.
struct Sources { const Stored *row[64]; };

extern "C" __global__ void gather(Sources sources, Stored *out, u64 row_len) {
  const Stored *from = sources.row[blockIdx.y];
  Stored *to = out + blockIdx.y * row_len;
  if (row_len % LANES == 0) {
    EACH(i, row_len / LANES) ((Vec<LANES> *)to)[i] = ((const Vec<LANES> *)from)[i];
  } else {
    EACH(i, row_len) to[i] = from[i];
  }
}
