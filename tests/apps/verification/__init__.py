import pytest

# Their asserts speak for tests, and should tell as much.
pytest.register_assert_rewrite(f"{__name__}.relying_party", f"{__name__}.rig")
