"""Training: draws windows, minimises the loss, keeps a smoothed copy, and can stop and go on as if
it had never stopped.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...basics.errors import FootlightsError
from ...basics.whole_files import writing
from ...data.dataset import Dataset
from ..representation import WIDTH
from .config import MUSIC_WIDTHS, Config
from .loss import Loss
from .model import Denoiser
from .noise_schedule import signal_and_noise
from .windows import Windows, labels_of, load_clips, statistics

Progress = Callable[[float, str], None]

_EVERY = 250  # steps between validations and checkpoints
_CHECKPOINT = "checkpoint.pt"


@dataclass
class Run:
    """What changes while training: network, smoothed copy, optimiser, and how many steps were
    made.
    """

    model: Denoiser
    smooth: Denoiser
    optimiser: torch.optim.Optimizer
    step: int = 0


def train(
    data: str | Path,
    out: str | Path,
    config: Config,
    *,
    device: str = "auto",
    commercial_only: bool = True,
    stop_after: int | None = None,
    progress: Progress | None = None,
    on_validation: Callable[[Denoiser, int], None] | None = None,
) -> Path:
    """Train ``config`` on built data and return the folder ``out`` with its checkpoint, curve and
    TensorBoard log.

    A folder that holds a checkpoint of the same config goes on from it; on a CPU the curve is
    bit-equal to an unbroken run.

    Args:
        stop_after: stop at this step, before the config's last one, keeping the checkpoint.
        on_validation: called with the smoothed network and the step after each validation (films of
            samples, say).
    """
    out, where = Path(out), pick_device(device)
    out.mkdir(parents=True, exist_ok=True)
    clips, level = load_clips(Path(data), config, "train", commercial_only=commercial_only)
    labels = labels_of(clips, config)
    mean, std = statistics(clips)
    windows = Windows(clips, config, labels)
    held_out = _held_out(Path(data), config, labels, commercial_only, level)
    run = _start(config, len(labels), where)
    _resume(run, out, config, labels)
    _describe(out, data, config, clips, labels, mean, std)
    loss = Loss(
        torch.tensor(mean, device=where),
        torch.tensor(std, device=where),
        config.model.fps,
        config.loss,
    )
    last = min(config.train.steps, stop_after or config.train.steps)
    began, first = time.monotonic(), run.step
    with _Log(out, run.step) as log:
        while run.step < last:
            terms = _step(run, windows, loss, config, where)
            if run.step % 25 == 0 and progress:
                pace = (time.monotonic() - began) / (run.step - first)
                progress(
                    run.step / last,
                    f"step {run.step} of {last}, loss {terms['total']:.4f}, {pace * 1000:.0f} ms a step",
                )
            if run.step % _EVERY == 0 or run.step == last:
                log.write(run.step, "train", terms)
                if held_out:
                    log.write(run.step, "val", validate(run.smooth, held_out, loss, config, where))
                _save(run, out, config)
                if on_validation:
                    on_validation(run.smooth, run.step)
    return out


def pick_device(name: str) -> str:
    """ "auto" is a GPU where torch sees one, else the CPU."""
    if name == "cuda" and not torch.cuda.is_available():
        raise FootlightsError(
            "torch sees no GPU here",
            "--device cuda",
            "take --device cpu, or install torch with CUDA",
        )
    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"


def _held_out(
    data: Path,
    config: Config,
    labels: tuple[str, ...],
    commercial_only: bool,
    level: tuple[float, float],
) -> Windows | None:
    """Windows of the validation split without augmentation or hiding; None when the data has no
    such split.
    """
    plain = replace(
        config.train,
        tempo_warp=0.0,
        drop_all=0.0,
        drop_beat=0.0,
        drop_energy=0.0,
        drop_onset=0.0,
        drop_style=1.0,
    )
    if not Dataset.read(data).dances("val", commercial_only=commercial_only):
        return None
    clips, _ = load_clips(data, config, "val", commercial_only=commercial_only, level=level)
    return Windows(clips, replace(config, train=plain), labels)


def _start(config: Config, styles: int, device: str) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.train.seed)
        model = Denoiser(config.model, WIDTH, MUSIC_WIDTHS[config.model.music], styles).to(device)
        smooth = Denoiser(config.model, WIDTH, MUSIC_WIDTHS[config.model.music], styles).to(device)
    smooth.load_state_dict(model.state_dict())
    t = config.train
    optimiser = torch.optim.AdamW(
        model.parameters(), t.learning_rate, (0.9, 0.98), weight_decay=t.weight_decay, fused=True
    )
    return Run(model, smooth, optimiser)


def _step(run: Run, windows: Windows, loss: Loss, config: Config, device: str) -> dict[str, float]:
    """One update; every draw depends on the seed and the step alone, so that a resumed run draws
    the same.
    """
    t = config.train
    rng = np.random.default_rng([t.seed, run.step])
    vectors, music, style = windows.draw(rng, t.batch)
    noise = torch.Generator().manual_seed(int(rng.integers(2**62)))
    for group in run.optimiser.param_groups:
        group["lr"] = t.learning_rate * rate_at(run.step, config)
    predicted, target = _predict(run.model, vectors, music, style, noise, loss, device)
    total, terms = loss(predicted, target)
    run.optimiser.zero_grad(set_to_none=True)
    total.backward()
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 1.0)
    run.optimiser.step()
    run.step += 1
    _smooth(run, min(t.ema, (1 + run.step) / (10 + run.step)))
    return {"total": float(total.detach()), **{k: float(v.detach()) for k, v in terms.items()}}


def _predict(
    model: Denoiser,
    vectors: np.ndarray,
    music: np.ndarray,
    style: np.ndarray,
    noise: torch.Generator,
    loss: Loss,
    device: str,
) -> tuple[Tensor, Tensor]:
    """The network's standardised clean vectors for windows noised at random times, and the true
    ones.
    """
    target = (torch.from_numpy(vectors).to(device) - loss.mean) / loss.std
    when = torch.rand(len(vectors), generator=noise)
    signal, sigma = signal_and_noise(when, torch)
    grain = torch.randn(vectors.shape, generator=noise).to(device)
    noisy = signal.to(device)[:, None, None] * target + sigma.to(device)[:, None, None] * grain
    with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=half_precision(device)):
        predicted = model(
            noisy,
            when.to(device),
            torch.from_numpy(music).to(device),
            torch.from_numpy(style).to(device),
        )
    return predicted.float(), target


def half_precision(device: str) -> bool:
    """Whether bfloat16 arithmetic is real on this device: it is not on older CPUs, where it would
    be slower.
    """
    if device.startswith("cuda"):
        return torch.cuda.is_bf16_supported()
    return (
        device == "cpu"
        and torch.backends.cpu.get_cpu_capability() == "AVX512"
        and torch.cpu._is_avx512_bf16_supported()
    )


def rate_at(step: int, config: Config) -> float:
    """Share of the learning rate: a linear warm-up, a plateau, then a cosine down to 2 % over the
    last part.
    """
    t = config.train
    if step < t.warmup:
        return (step + 1) / t.warmup
    decayed = (step / t.steps - t.decay_from) / max(1e-9, 1 - t.decay_from)
    return (
        1.0 if decayed <= 0 else 0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * min(1.0, decayed))))
    )


@torch.no_grad()
def _smooth(run: Run, decay: float) -> None:
    for slow, fast in zip(run.smooth.parameters(), run.model.parameters(), strict=True):
        slow.lerp_(fast, 1 - decay)


@torch.no_grad()
def validate(
    model: Denoiser, windows: Windows, loss: Loss, config: Config, device: str, batches: int = 2
) -> dict[str, float]:
    """The loss terms on held-out windows, the same windows and noise every time."""
    rng, noise = np.random.default_rng(12345), torch.Generator().manual_seed(12345)
    sums: dict[str, float] = {}
    for _ in range(batches):
        vectors, music, style = windows.draw(rng, config.train.batch)
        total, terms = loss(*_predict(model, vectors, music, style, noise, loss, device))
        for name, value in {"total": total, **terms}.items():
            sums[name] = sums.get(name, 0.0) + float(value) / batches
    return sums


def _save(run: Run, out: Path, config: Config) -> None:
    state = {
        "config": config.to_toml(),
        "step": run.step,
        "threads": torch.get_num_threads(),
        "model": run.model.state_dict(),
        "smooth": run.smooth.state_dict(),
        "optimiser": run.optimiser.state_dict(),
    }
    with writing(out / _CHECKPOINT) as path:
        torch.save(state, path)


def _resume(run: Run, out: Path, config: Config, labels: tuple[str, ...]) -> None:
    if not (out / _CHECKPOINT).exists():
        return
    before = json.loads((out / "run.json").read_text())["labels"]
    if before != list(labels):
        raise FootlightsError(
            f"began with the styles {', '.join(before) or 'none'}, the data have {', '.join(labels) or 'none'}",
            out,
            "use the same data, or another --out folder",
        )
    state = torch.load(out / _CHECKPOINT, map_location="cpu", weights_only=True)
    mine, theirs = config.to_toml().splitlines(), state["config"].splitlines()
    differing = [line for line in theirs if line not in mine]
    if mine != theirs:
        named = differing[0] if differing else "an option it does not know"
        raise FootlightsError(
            f"the checkpoint was made with another config ({named})",
            out,
            "use another --out folder",
        )
    torch.set_num_threads(state["threads"])
    run.model.load_state_dict(state["model"])
    run.smooth.load_state_dict(state["smooth"])
    run.optimiser.load_state_dict(state["optimiser"])
    run.step = state["step"]


def load_smooth(out: Path) -> tuple[Denoiser, dict, int]:
    """The smoothed network of a run folder, its description (``run.json``) and its step."""
    facts = json.loads((out / "run.json").read_text())
    state = torch.load(out / _CHECKPOINT, map_location="cpu", weights_only=True)
    config = Config.parse(state["config"], str(out))
    model = Denoiser(config.model, WIDTH, MUSIC_WIDTHS[config.model.music], len(facts["labels"]))
    model.load_state_dict(state["smooth"])
    return model, facts, state["step"]


def _describe(
    out: Path,
    data: str | Path,
    config: Config,
    clips: list,
    labels: tuple[str, ...],
    mean: np.ndarray,
    std: np.ndarray,
) -> None:
    """Write ``run.json``: what the model learns from, for its card, and the statistics it is
    normalised with.
    """
    minutes: dict[str, float] = {}
    for clip in clips:
        minutes[clip.source] = (
            minutes.get(clip.source, 0.0) + clip.vectors.shape[1] / config.model.fps / 60
        )
    licences = {clip.id: clip.licence for clip in Dataset.read(data).clips}
    facts = {
        "name": config.name,
        "labels": list(labels),
        "minutes": {k: round(v, 2) for k, v in minutes.items()},
        "clips": len(clips),
        "licences": sorted({licences[c.id] for c in clips}),
        "mean": mean.tolist(),
        "std": std.tolist(),
    }
    with writing(out / "run.json") as path:
        path.write_text(json.dumps(facts, indent=1))


class _Log:
    """The curve, as JSON lines (cut back to the resumed step) and for TensorBoard."""

    def __init__(self, out: Path, step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.path = out / "curve.jsonl"
        if self.path.exists():
            # A line that a kill or a full disk cut off is of a step after the checkpoint.
            whole = [line for line in self.path.read_text().splitlines() if line.endswith("}")]
            with writing(self.path) as temporary:
                temporary.write_text(
                    "".join(f"{line}\n" for line in whole if json.loads(line)["step"] <= step)
                )
        self.board = SummaryWriter(str(out / "tensorboard"), purge_step=step)

    def __enter__(self) -> "_Log":
        return self

    def __exit__(self, *error: object) -> None:
        self.board.close()

    def write(self, step: int, part: str, terms: dict[str, float]) -> None:
        with self.path.open("a") as file:
            file.write(
                json.dumps(
                    {"step": step, "part": part, **{k: round(v, 6) for k, v in terms.items()}}
                )
                + "\n"
            )
        for name, value in terms.items():
            self.board.add_scalar(f"{part}/{name}", value, step)
