"""The firm in which cases are walked."""

import pytest

from tests import builders


@pytest.fixture
def house(db: None) -> builders.House:
    return builders.a_house()
