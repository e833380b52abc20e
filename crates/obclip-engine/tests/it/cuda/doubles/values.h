// Values of the libraries' types, read and written as f32.
#pragma once
#include <stdint.h>
#include <string.h>

#define OBCLIP_STORAGE 0
#include "device.h"

enum Kind { F32, F16, BF16 };

static inline float get(const void *from, Kind kind, size_t i) {
  if (kind == F32) return ((const float *)from)[i];
  uint16_t bits = ((const uint16_t *)from)[i];
  return kind == F16 ? from_half(bits) : __uint_as_float((uint32_t)bits << 16);
}

static inline void put(void *to, Kind kind, size_t i, float value) {
  if (kind == F32) {
    ((float *)to)[i] = value;
  } else if (kind == F16) {
    ((uint16_t *)to)[i] = to_half(value);
  } else {
    uint32_t bits = __float_as_uint(value);
    bool is_number = (bits & 0x7fffffffu) <= 0x7f800000u;
    ((uint16_t *)to)[i] = is_number ? (bits + 0x7fff + (bits >> 16 & 1)) >> 16 : 0x7fc0;
  }
}
