"""The noise process both U-Nets share: scaled-linear betas, v-prediction, stratified timesteps, averaged weights."""

import copy

import torch

STEPS = 1000
EVERY = 5  # steps between two updates of the averaged weights


def alphas_cumprod(device: str) -> torch.Tensor:
    betas = torch.linspace(0.00085**0.5, 0.012**0.5, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float().to(device)


def noised(x: torch.Tensor, alphas: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Timesteps spread evenly over the batch, the noisy latents, and the velocity to predict."""
    count = len(x)
    t = ((torch.arange(count) + torch.rand(count)) / count * STEPS).long().clamp_(max=STEPS - 1)[torch.randperm(count)].to(x.device)
    a = alphas[t].sqrt().view(-1, 1, 1, 1)
    s = (1 - alphas[t]).sqrt().view(-1, 1, 1, 1)
    noise = torch.randn_like(x)
    return t, a * x + s * noise, a * noise - s * x


class Average:
    """Exponential moving average whose horizon grows to a tenth of the steps so far, at most `horizon`."""

    def __init__(self, model: torch.nn.Module, horizon: float = 600.0):
        self.model = copy.deepcopy(model).eval().requires_grad_(False)
        self.horizon = horizon

    @torch.no_grad()
    def update(self, model: torch.nn.Module, step: int) -> None:
        weight = EVERY / min(self.horizon, EVERY + 0.1 * step)
        averaged, current = list(self.model.parameters()), list(model.parameters())
        torch._foreach_lerp_(averaged, current, weight)


def rate_at(done: float, step: int, peak: float, warm: int = 150, flat: float = 0.6) -> float:
    """Warm-up by steps, flat, then linear to nearly nothing by the share `done` of the time."""
    falling = 1.0 if done < flat else max(0.01, (1 - done) / (1 - flat))
    return peak * min(1.0, (step + 1) / warm) * falling
