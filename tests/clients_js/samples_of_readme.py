"""The code samples of ``clients/js/README.md``, by the names that stand before them."""

from __future__ import annotations

import re

from frapi.apps.ops.child_server import PROJECT

README = PROJECT / "clients" / "js" / "README.md"


def samples() -> dict[str, str]:
    found = re.findall(r"<!-- sample: (\w+) -->\s*```js\n(.*?)```", README.read_text(), re.DOTALL)
    return dict(found)
