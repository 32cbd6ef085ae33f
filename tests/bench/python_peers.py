"""Graph peers that are at their best from Python: one class a system.

    python_peers.py SYSTEM FOLDER

Loads FOLDER/edges.csv (effect, cause, kind, weak, late) and FOLDER/nodes.csv (id, kind) into a database in FOLDER, and then answers
questions from stdin on stdout until stdin ends. tests/bench/python_peer.cc is the other end. A text goes as its length in 32 bits
and its bytes; numbers are little-endian:

    at first   text: the name and version of the system, or "!" and why it can't be had
    question   what is asked (u8), two nodes (u32, u32)
               0 upstream of the first, 1 downstream; 2 does the first come from the second; 3 a shortest path between them
               4 from now on closures are restricted: kinds of nodes (u64, a bit for each), of edges (u64), bits of EdgeTraits (u8)
    answer     microseconds (f64), count (u32), that many nodes (u32); the start may be among them
               2: any node for yes; 3: the path's, from end to end
               count 0xffffffff: a text follows, that says what went wrong

What is measured is the query and fetching its rows, nothing of the pipe.
"""
import struct
import sys
import time
from dataclasses import dataclass


@dataclass
class Restriction:
    """Kinds are numbers; none means all."""

    node_kinds: tuple = ()
    edge_kinds: tuple = ()
    exact: bool = False  # not by weak edges
    early: bool = False  # not by late ones

    @staticmethod
    def of(node_kinds, edge_kinds, without):
        nodes, edges = (() if bits == 2**64 - 1 else tuple(i for i in range(64) if bits >> i & 1) for bits in (node_kinds, edge_kinds))
        return Restriction(nodes, edges, exact=bool(without & 2), early=bool(without & 1))

    def conditions(self, edge):
        """Of an edge, whose columns begin so."""
        of_kind = [one_of(edge + "kind", self.edge_kinds)] if self.edge_kinds else []
        return of_kind + [f"NOT {edge}weak"] * self.exact + [f"NOT {edge}late"] * self.early


def one_of(column, numbers):
    """Not by IN, of which LadybugDB 0.15.3 makes wrong answers when it stands in a recursive match."""
    return "(" + " OR ".join(f"{column} = {number}" for number in numbers) + ")"


class DuckDb:
    """A recursive CTE over tables sorted and indexed both ways, by UNION or by USING KEY: whichever is faster here."""

    FORMS = {
        "UNION": """WITH RECURSIVE reached(node) AS (SELECT $1::INTEGER UNION
                    SELECT far FROM reached JOIN {0} ON near = node{1}) SELECT node FROM reached{2}""",
        "USING KEY": """WITH RECURSIVE reached(node, one) USING KEY (node) AS (SELECT $1::INTEGER, 1 UNION
                        SELECT far, 1 FROM reached JOIN {0} ON near = node{1}) SELECT node FROM reached{2}""",
    }
    # Ends with the level in which the second node is.
    PATH = """WITH RECURSIVE reached(node, parent) USING KEY (node) AS (SELECT $1::INTEGER, -1 UNION
              SELECT far, min(near) FROM reached JOIN up ON near = node{0}
              WHERE NOT EXISTS (SELECT 1 FROM reached AS last WHERE last.node = $2)
              AND NOT EXISTS (SELECT 1 FROM recurring.reached AS before WHERE before.node = far) GROUP BY far)
              SELECT node, parent FROM reached"""

    def __init__(self, folder):
        import duckdb

        self.db = duckdb.connect(folder + "/edges.duckdb")
        edge = "{'effect': 'INTEGER', 'cause': 'INTEGER', 'kind': 'UTINYINT', 'weak': 'BOOLEAN', 'late': 'BOOLEAN'}"
        self.db.execute(f"CREATE TABLE edges AS SELECT DISTINCT * FROM read_csv('{folder}/edges.csv', header = false, columns = {edge})")
        node = "{'id': 'INTEGER', 'kind': 'USMALLINT'}"
        self.db.execute(f"CREATE TABLE nodes AS SELECT * FROM read_csv('{folder}/nodes.csv', header = false, columns = {node})")
        self.tables = {"up": "effect AS near, cause AS far", "down": "cause AS near, effect AS far"}
        for table, columns in self.tables.items():
            self.db.execute(f"CREATE TABLE {table} AS SELECT {columns}, kind, weak, late FROM edges ORDER BY 1, 2")
            self.db.execute(f"CREATE INDEX {table}_near ON {table}(near)")
            for number, form in enumerate(self.FORMS.values()):
                self.db.execute(f"PREPARE {table}{number} AS {form.format(table, '', '')}")
        self.db.execute("DROP TABLE edges")
        self.best = [self.faster(table) for table in self.tables]
        self.closures = self.best
        self.db.execute("PREPARE reaches AS " + self.FORMS["UNION"].format("up", "", " WHERE node = $2 LIMIT 1"))
        self.db.execute("PREPARE exact_path AS " + self.PATH.format(" AND NOT weak"))
        self.db.execute("PREPARE any_path AS " + self.PATH.format(""))
        form = " and ".join(dict.fromkeys(list(self.FORMS)[int(best[-1])] for best in self.best))
        self.name = f"DuckDB {duckdb.__version__}, {form}"

    def faster(self, table):
        """The prepared statement that takes less for some nodes, asked of both by turns."""
        nodes = self.db.execute("SELECT count(*) FROM nodes").fetchall()[0][0]
        took = {}
        for start in range(0, nodes, max(1, nodes // 12)):
            for number in range(len(self.FORMS)):
                began = time.perf_counter()
                self.db.execute(f"EXECUTE {table}{number}({start})").fetchall()
                took[f"{table}{number}"] = took.get(f"{table}{number}", 0) + time.perf_counter() - began
        return min(took, key=took.get)

    def restrict(self, only):
        self.closures = self.best
        if only == Restriction():
            return
        nodes = f" JOIN nodes ON id = node WHERE {one_of('nodes.kind', only.node_kinds)}" if only.node_kinds else ""
        self.closures = [f"only_{table}" for table in self.tables]
        for name, table, best in zip(self.closures, self.tables, self.best):
            form = list(self.FORMS.values())[int(best[-1])]
            edges = "".join(f" AND {condition}" for condition in only.conditions(table + "."))
            self.db.execute(f"PREPARE {name} AS {form.format(table, edges, nodes)}")

    def closure(self, start, direction):
        return self.db.execute(f"EXECUTE {self.closures[direction]}({start})").fetchall()

    def reaches(self, effect, cause):
        return self.db.execute(f"EXECUTE reaches({effect}, {cause})").fetchall()

    def path(self, effect, cause):
        for statement in ("exact_path", "any_path"):
            parents = dict(self.db.execute(f"EXECUTE {statement}({effect}, {cause})").fetchall())
            if cause in parents:
                nodes = [cause]
                while nodes[-1] != effect:
                    nodes.append(parents[nodes[-1]])
                return [(node,) for node in nodes]
        return []


class Ladybug:
    """LadybugDB, the successor of Kuzu: a recursive match that keeps shortest paths only, so that each node comes once."""

    def __init__(self, folder):
        import real_ladybug as ladybug

        self.db = ladybug.Database(folder + "/edges.ladybug")
        self.session = ladybug.Connection(self.db)
        for statement in (
            "CREATE NODE TABLE N(id INT64 PRIMARY KEY, kind INT64)",
            "CREATE REL TABLE E(FROM N TO N, kind INT64, weak BOOL, late BOOL)",
            f"COPY N FROM '{folder}/nodes.csv' (header=false)",
            f"COPY E FROM '{folder}/edges.csv' (header=false)",
            "CALL var_length_extend_max_depth=255",
        ):
            self.session.execute(statement)
        self.restrict(Restriction())
        ends = "WHERE a.id = $effect AND b.id = $cause"
        self.reaching = self.session.prepare(f"MATCH (a:N)-{self.steps(Restriction())}->(b:N) {ends} RETURN b.id")
        self.paths = [
            self.session.prepare(f"MATCH p = (a:N)-{self.steps(Restriction(exact=exact))}->(b:N) {ends} RETURN nodes(p)")
            for exact in (True, False)
        ]
        self.name = f"LadybugDB {ladybug.__version__}"

    @staticmethod
    def steps(only):
        conditions = " AND ".join(only.conditions("r."))
        return f"[:E* SHORTEST 1..255{f' (r, n | WHERE {conditions})' if conditions else ''}]"

    def restrict(self, only):
        kinds = f" AND {one_of('b.kind', only.node_kinds)}" if only.node_kinds else ""
        self.closures = [
            self.session.prepare(f"MATCH (a:N){arrow}(b:N) WHERE a.id = $start{kinds} RETURN b.id")
            for arrow in (f"-{self.steps(only)}->", f"<-{self.steps(only)}-")
        ]

    def closure(self, start, direction):
        return self.session.execute(self.closures[direction], {"start": start}).get_all()

    def reaches(self, effect, cause):
        return self.session.execute(self.reaching, {"effect": effect, "cause": cause}).get_all()

    def path(self, effect, cause):
        for statement in self.paths:
            if rows := self.session.execute(statement, {"effect": effect, "cause": cause}).get_all():
                return [(node["id"],) for node in rows[0][0]]
        return []


SYSTEMS = {"duckdb": DuckDb, "ladybug": Ladybug}


def say(out, text):
    data = text.encode()
    out.write(struct.pack("<I", len(data)) + data)
    out.flush()


def ask(peer, what, a, b, questions):
    """The rows of the answer, and the seconds that it took."""
    if what == 4:
        return peer.restrict(Restriction.of(*struct.unpack("<QQB", questions.read(17)))) or [], 0
    began = time.perf_counter()
    rows = peer.closure(a, what) if what < 2 else peer.reaches(a, b) if what == 2 else peer.path(a, b)
    return rows, time.perf_counter() - began


def main():
    system, folder = sys.argv[1:]
    questions, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    try:
        peer = SYSTEMS[system](folder)
    except Exception as error:  # any: the other end tells it
        return say(out, f"!{type(error).__name__}: {error}")
    say(out, peer.name)
    while len(question := questions.read(9)) == 9:
        try:
            rows, took = ask(peer, *struct.unpack("<BII", question), questions)
        except Exception as error:
            out.write(struct.pack("<dI", 0, 0xFFFFFFFF))
            say(out, f"{type(error).__name__}: {error}")
            continue
        out.write(struct.pack(f"<dI{len(rows)}I", took * 1e6, len(rows), *(row[0] for row in rows)))
        out.flush()


if __name__ == "__main__":
    main()
