"""Graph peers that are at their best from Python: one class a system.

    python_peers.py SYSTEM FOLDER EDGES NODES

Loads EDGES (a CSV of effect,cause) into a database in FOLDER, and then answers questions from stdin on stdout until stdin ends.
tests/bench/python_peer.cc is the other end. A text goes as its length in 32 bits and its bytes; numbers are little-endian:

    at first   text: the name and version of the system, or "!" and why it can't be had
    question   direction (u8: 0 upstream, 1 downstream), node (u32)
    answer     microseconds (f64), count (u32), that many nodes (u32); the start may be among them
               count 0xffffffff: a text follows, that says what went wrong

What is measured is the query and fetching its rows, nothing of the pipe.
"""
import struct
import sys
import time


class DuckDb:
    """A recursive CTE over tables sorted and indexed both ways, by UNION or by USING KEY: whichever is faster here."""

    FORMS = {
        "UNION": """WITH RECURSIVE reached(node) AS (SELECT $1::INTEGER UNION
                    SELECT far FROM reached JOIN {0} ON near = node) SELECT node FROM reached""",
        "USING KEY": """WITH RECURSIVE reached(node, one) USING KEY (node) AS (SELECT $1::INTEGER, 1 UNION
                        SELECT far, 1 FROM reached JOIN {0} ON near = node) SELECT node FROM reached""",
    }

    def __init__(self, folder, edges, nodes):
        import duckdb

        self.db = duckdb.connect(folder + "/edges.duckdb")
        self.db.execute(f"CREATE TABLE edges AS SELECT DISTINCT * FROM read_csv('{edges}', header = false, "
                        "columns = {'effect': 'INTEGER', 'cause': 'INTEGER'})")
        tables = {"up": "effect AS near, cause AS far", "down": "cause AS near, effect AS far"}
        for table, columns in tables.items():
            self.db.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM edges ORDER BY 1, 2")
            self.db.execute(f"CREATE INDEX {table}_near ON {table}(near)")
            for number, form in enumerate(self.FORMS.values()):
                self.db.execute(f"PREPARE {table}{number} AS {form.format(table)}")
        self.db.execute("DROP TABLE edges")
        self.best = [self.faster(table, nodes) for table in tables]
        names = list(self.FORMS)
        form = " and ".join(dict.fromkeys(names[int(best[-1])] for best in self.best))
        self.name = f"DuckDB {duckdb.__version__}, {form}"

    def faster(self, table, nodes):
        """The prepared statement that takes less for some nodes, asked of both by turns."""
        took = {}
        for start in range(0, nodes, max(1, nodes // 12)):
            for number in range(len(self.FORMS)):
                began = time.perf_counter()
                self.db.execute(f"EXECUTE {table}{number}({start})").fetchall()
                took[f"{table}{number}"] = took.get(f"{table}{number}", 0) + time.perf_counter() - began
        return min(took, key=took.get)

    def closure(self, start, direction):
        return self.db.execute(f"EXECUTE {self.best[direction]}({start})").fetchall()


class Ladybug:
    """LadybugDB, the successor of Kuzu: a recursive match that keeps shortest paths only, so that each node comes once."""

    def __init__(self, folder, edges, nodes):
        import real_ladybug as ladybug

        self.db = ladybug.Database(folder + "/edges.ladybug")
        self.session = ladybug.Connection(self.db)
        with open(folder + "/nodes.csv", "w") as out:
            out.writelines(f"{i}\n" for i in range(nodes))
        for statement in (
            "CREATE NODE TABLE N(id INT64 PRIMARY KEY)",
            "CREATE REL TABLE E(FROM N TO N)",
            f"COPY N FROM '{folder}/nodes.csv' (header=false)",
            f"COPY E FROM '{edges}' (header=false)",
            "CALL var_length_extend_max_depth=255",
        ):
            self.session.execute(statement)
        steps = "[:E* SHORTEST 1..255]"
        self.closures = [
            self.session.prepare(f"MATCH (a:N){arrow}(b:N) WHERE a.id = $start RETURN b.id")
            for arrow in (f"-{steps}->", f"<-{steps}-")
        ]
        self.name = f"LadybugDB {ladybug.__version__}"

    def closure(self, start, direction):
        return self.session.execute(self.closures[direction], {"start": start}).get_all()


SYSTEMS = {"duckdb": DuckDb, "ladybug": Ladybug}


def say(out, text):
    data = text.encode()
    out.write(struct.pack("<I", len(data)) + data)
    out.flush()


def main():
    system, folder, edges, nodes = sys.argv[1:]
    questions, out = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever a library prints is no answer
    try:
        peer = SYSTEMS[system](folder, edges, int(nodes))
    except Exception as error:  # any: the other end tells it
        return say(out, f"!{type(error).__name__}: {error}")
    say(out, peer.name)
    while len(question := questions.read(5)) == 5:
        direction, start = struct.unpack("<BI", question)
        try:
            began = time.perf_counter()
            rows = peer.closure(start, direction)
            took = time.perf_counter() - began
        except Exception as error:
            out.write(struct.pack("<dI", 0, 0xFFFFFFFF))
            say(out, f"{type(error).__name__}: {error}")
            continue
        out.write(struct.pack(f"<dI{len(rows)}I", took * 1e6, len(rows), *(row[0] for row in rows)))
        out.flush()


if __name__ == "__main__":
    main()
