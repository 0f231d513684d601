import itertools

import numpy as np

from frapi.simulation.person import Habits, animate, encode_jpeg
from frapi.simulation.script import rest, turn
from frapi.vision.decode import decode_image
from tests.simulation.face import dome, photo


def frames(script, *, fps=10.0, seed=1, habits=None):
    return list(animate(photo(), dome(), script, fps=fps, seed=seed, habits=habits))


def test_as_many_frames_as_the_script_is_long():
    assert len(frames(rest(0.5) + turn(10.0, 0.7))) == 12
    assert len(frames(rest(1.0), fps=25.0)) == 25


def test_the_same_seed_gives_the_same_frames_and_another_gives_others():
    first, again, other = (frames(rest(0.3), seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])


def test_a_person_at_rest_is_no_still_picture():
    quiet = frames(rest(1.0), habits=Habits(noise_sigma=0.0))
    assert all(not np.array_equal(a, b) for a, b in itertools.pairwise(quiet))


def test_noise_is_as_strong_as_asked():
    noisy, clean = (frames(rest(0.1), habits=Habits(0.0, 0.0, sigma))[0].astype(int) for sigma in (3.0, 0.0))
    # Away from black and white, where clipping would hide half of it.
    middle = (clean > 20) & (clean < 235)
    assert 2.5 < (noisy - clean)[middle].std() < 3.5


def test_frames_are_encoded_as_a_camera_loop_would():
    (image,) = frames(rest(0.1))
    data = encode_jpeg(image)
    decoded = decode_image(data, max_bytes=len(data), max_pixels=image.size)
    assert decoded.shape == image.shape
    assert np.abs(decoded.astype(int) - image).mean() < 6
