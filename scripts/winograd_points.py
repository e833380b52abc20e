"""Rounding of Winograd's minimal filtering F(m×m, 3×3) by different points: f32 throughout against f64, random data, 640 channels.

    python scripts/winograd_points.py        # needs numpy and sympy

Prints the largest and the rms error of each, and of the direct sum on the same data. The transformations are Cook and Toom's: products of
polynomials by their values at some points, the last of them infinity.
"""

import numpy as np
import sympy as sp

CHANNELS, TILES, TAPS = 640, 400, 3
POINTS = {
    "F(2x2): 0, ±1": (2, ["0", "1", "-1"]),
    "F(4x4): 0, ±1, ±2": (4, ["0", "1", "-1", "2", "-2"]),
    "F(4x4): 0, ±1, 1/2, -2": (4, ["0", "1", "-1", "1/2", "-2"]),
    "F(4x4): 0, ±1/√2, ±√2": (4, ["0", "sqrt(2)/2", "-sqrt(2)/2", "sqrt(2)", "-sqrt(2)"]),
    "F(4x4): 0, ±3/4, ±3/2": (4, ["0", "3/4", "-3/4", "3/2", "-3/2"]),
}


def transformations(m: int, points: list[str]) -> list[np.ndarray]:
    """Aᵀ (m, a), G (a, 3) and Bᵀ (a, a) with a = m + 2."""
    a, x = m + TAPS - 1, sp.symbols("x")
    points = [sp.sympify(point) for point in points]
    back, spread, forth = sp.zeros(m, a), sp.zeros(a, TAPS), sp.zeros(a, a)

    def coefficients(roots):
        product = sp.prod([x - root for root in roots])
        return sp.Poly(sp.expand(product), x).all_coeffs()[::-1]

    for j, point in enumerate(points):
        others = [other for other in points if other != point]
        scale = sp.prod([point - other for other in others])
        for i in range(m):
            back[i, j] = point**i
        for i in range(TAPS):
            spread[j, i] = point**i / scale
        for i, value in enumerate(coefficients(others)):
            forth[j, i] = value
    back[m - 1, a - 1] = spread[a - 1, TAPS - 1] = 1
    for i, value in enumerate(coefficients(points)):
        forth[a - 1, i] = value
    return [np.array(matrix.evalf(30).tolist(), dtype=np.float64) for matrix in (back, spread, forth)]


def both_sides(matrix: np.ndarray, values: np.ndarray) -> np.ndarray:
    """`M v Mᵀ` in f32."""
    matrix = matrix.astype(np.float32)
    left = np.einsum("ij,...jk->...ik", matrix, values, dtype=np.float32)
    return np.einsum("...ij,kj->...ik", left, matrix, dtype=np.float32)


def errors(m: int, points: list[str]) -> dict[str, np.ndarray]:
    back, spread, forth = transformations(m, points)
    draw, a = np.random.default_rng(0), m + TAPS - 1
    inputs = draw.standard_normal((TILES, CHANNELS, a, a)).astype(np.float32)
    weights = (draw.standard_normal((CHANNELS, TAPS, TAPS)) / np.sqrt(9 * CHANNELS)).astype(np.float32)
    exact, direct = np.zeros((TILES, m, m)), np.zeros((TILES, m, m), dtype=np.float32)
    for y in range(TAPS):
        for x in range(TAPS):
            window, tap = inputs[:, :, y : y + m, x : x + m], weights[:, y, x]
            exact += np.einsum("nchw,c->nhw", window.astype(np.float64), tap.astype(np.float64))
            for c in range(CHANNELS):
                direct += window[:, c] * tap[c]
    inputs, weights = both_sides(forth, inputs), both_sides(spread, weights)
    products = np.zeros((TILES, a, a), dtype=np.float32)
    for c in range(CHANNELS):
        products += inputs[:, c] * weights[c]
    return {"filtered": both_sides(back, products) - exact, "direct": direct - exact}


def main() -> None:
    for name, (m, points) in POINTS.items():
        for what, error in errors(m, points).items():
            print(f"{name:24} {what:8} largest {np.abs(error).max():.1e}, rms {np.sqrt((error**2).mean()):.1e}")


if __name__ == "__main__":
    main()
