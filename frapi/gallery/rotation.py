"""A secret rotation of a gallery's vectors: whoever has them without the key has directions that mean nothing to him.

It keeps inner products and lengths, so that a database can search what it can't compare with anything from outside. It
is no encryption: who knows enough vectors of a gallery before and after can solve for the rotation, and how similar the
people of one gallery are to each other stays visible. What it gives is that a copy of the table fits no other gallery,
no other installation and no photograph, and that it is renewed by rotating again.
"""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def secret_rotation(key: bytes, dim: int) -> Matrix:
    """An orthogonal matrix that only ``key`` tells, the same for the same key on every machine.

    Args:
        key: 32 uniformly random bytes.
    Returns:
        (dim, dim) float32, one of all rotations and reflections, each as likely; for row vectors times it.
    Source: F. Mezzadri, How to generate random matrices from the classical compact groups (2007): QR of a Gaussian
        matrix, its signs made unique.
    """
    q, r = np.linalg.qr(_normals(key, dim * dim).reshape(dim, dim))
    return np.asarray(q * np.sign(np.diagonal(r)), np.float32)


def _normals(key: bytes, count: int) -> NDArray[np.float64]:
    """Normally distributed numbers out of AES's key stream: numpy's own generators aren't made to keep secrets."""
    pairs = (count + 1) // 2
    stream = Cipher(AES(key), CTR(bytes(16))).encryptor().update(bytes(16 * pairs))
    uniform = ((np.frombuffer(stream, "<u8") >> 11) + 0.5) / 2**53  # in 0..1, never either
    radius, angle = np.sqrt(-2 * np.log(uniform[:pairs])), 2 * np.pi * uniform[pairs:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])[:count]
