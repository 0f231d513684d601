"""Installs a file of hashed requirements with uv, from the package indexes that pip is set up for.

uv doesn't read pip's configuration. Whoever works behind a mirror or proxy has told pip; that shall be enough.

Usage: .venv/bin/python requirements/install.py requirements/run.txt
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from frapi.errors import ModelPackError  # noqa: E402
from frapi.modelpack.index_settings import IndexSettings  # noqa: E402


def uv_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ``, with pip's settings under uv's names wherever uv has none of its own."""
    settings = IndexSettings.from_pip_config(environ)
    translated = {
        "UV_DEFAULT_INDEX": settings.index_url,
        "UV_INDEX": " ".join(settings.extra_index_urls),
        "UV_FIND_LINKS": ",".join(str(folder) for folder in settings.find_links if folder.exists()),
        "UV_NO_INDEX": "1" if settings.no_index else None,
        "UV_HTTP_TIMEOUT": str(round(settings.timeout_s)),
        "UV_INDEX_STRATEGY": "unsafe-best-match",  # as pip does it; every file's digest is pinned
        "SSL_CERT_FILE": settings.ca_bundle and str(settings.ca_bundle),
        "HTTPS_PROXY": settings.proxy,
    }
    return {**{name: value for name, value in translated.items() if value}, **environ}


def main() -> int:
    (requirements,) = sys.argv[1:]
    try:
        environment = uv_environment(os.environ)
    except ModelPackError as error:
        print(error, file=sys.stderr)
        return 1
    uv = Path(sys.executable).with_name("uv")
    command = [str(uv), "pip", "install", "--python", sys.executable, "--require-hashes", "-r", requirements]
    return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
