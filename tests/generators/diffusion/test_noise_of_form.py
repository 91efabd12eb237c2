"""Noise returns where the song does, to the other side every second time, and is noise still."""

import numpy as np

from footlights.generators.diffusion.noise_of_form import Form, mirrored, noise_of
from footlights.generators.representation import encode
from footlights.music.structure import Phrase
from moving import swaying

FPS = 30.0
PHRASES = (Phrase(1, 5, 0, 0), Phrase(5, 9, 1, 0), Phrase(9, 13, 0, 1), Phrase(13, 15, 0, 2))


def laid_out(repeat: float, frames: int = 450, first: int = 0) -> np.ndarray:
    noise = noise_of(np.random.default_rng(9), 450)[first : first + frames]
    Form(PHRASES, (1, 2), repeat).lay_out(noise, FPS, first)
    return noise


def test_vectors_of_the_mirror_image_are_those_of_the_mirrored_motion():
    motion = swaying(3.0)
    motion = motion.replace(contacts=np.random.default_rng(0).random((len(motion), 4)))
    assert np.allclose(mirrored(encode(motion)), encode(motion.mirrored()), atol=1e-4)


def test_a_phrase_returns_to_the_other_side_and_then_as_it_was():
    noise = laid_out(1.0)
    first, second, third = noise[30:150], noise[270:390], noise[390:450]
    assert np.array_equal(mirrored(second), first) and np.array_equal(third, first[:60])
    assert abs(np.corrcoef(first.ravel(), noise[150:270].ravel())[0, 1]) < 0.03


def test_between_free_and_strict_lies_what_was_asked_and_it_is_noise_of_one():
    free, some = laid_out(0.0), laid_out(0.6)
    assert np.array_equal(free, noise_of(np.random.default_rng(9), 450))
    pair = some[30:150].ravel(), mirrored(some[270:390]).ravel()
    assert abs(np.corrcoef(*pair)[0, 1] - 0.36) < 0.03
    assert abs(some.std() - 1) < 0.02 and np.array_equal(some[:30], free[:30])


def test_a_stretch_has_the_noise_that_the_whole_has_there():
    whole, part = laid_out(1.0), laid_out(1.0, frames=200, first=100)
    assert np.array_equal(part, whole[100:300])
