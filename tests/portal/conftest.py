"""The firm in which the client's letters are written."""

import pytest

from tests import builders


@pytest.fixture
def house(db: None) -> builders.House:
    return builders.a_house()
