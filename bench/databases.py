"""A database for each question, copied from one that was migrated once."""

from __future__ import annotations

import itertools
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


class Databases:
    """The databases of one server of ours.

    Args:
        url: an empty database on it, which becomes what the others are copied from.
    """

    def __init__(self, url: str) -> None:
        self.template_url = url
        self._numbers = itertools.count(1)

    def copy(self, of: str | None = None) -> str:
        """Copy a database that nobody is connected to; return the copy's address.

        Args:
            of: its address; the migrated one when left out.
        """
        source = of or self.template_url
        name = f"bench_{next(self._numbers)}"
        with psycopg.connect(self._elsewhere(), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(urlsplit(source).path.strip("/"))
                )
            )
        return urlsplit(source)._replace(path=f"/{name}").geturl()

    def _elsewhere(self) -> str:
        parts = urlsplit(self.template_url)
        return parts._replace(scheme="postgresql", path="/postgres").geturl()
