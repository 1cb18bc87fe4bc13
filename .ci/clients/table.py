"""Prints the results of a run as tables in Markdown.

    python table.py all.tsv

Each line of the file is: the run's name, the client, the operation, the result.
"""

import sys

CLIENTS = {
    "msgraph-sdk": "msgraph-sdk (Python, v1.0)",
    "msgraph-beta-sdk": "msgraph-beta-sdk (Python, beta)",
    "microsoft-graph-client": "microsoft-graph-client (JavaScript, v1.0)",
}


def row(*cells):
    print("|", " | ".join(cells), "|")


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def operations(lines):
    """Prints operation by client. A client that failed anywhere failed; otherwise what differs is said."""
    table = {}
    for _, client, operation, result in lines:
        cell = table.setdefault(operation, {}).setdefault(client, [])
        if result not in cell:
            cell.append(result)
    head("operation", *CLIENTS.values())
    for operation, cells in table.items():
        found = []
        for client in CLIENTS:
            results = cells.get(client, ["-"])
            failed = [result for result in results if result.startswith("FAILED")]
            found.append((failed or results)[0].replace("|", "\\|"))
        row(operation.replace("|", "\\|"), *found)


def load(lines):
    for database in dict.fromkeys(line[1] for line in lines):
        mine = [line[2:] for line in lines if line[1] == database]
        print(f"\nLoad on {database}:\n")
        head("operation", "calls", "p50 ms", "p90 ms", "p99 ms", "max ms")
        for cells in mine:
            if len(cells) == 6:
                row(*cells)
        print()
        for cells in mine:
            if len(cells) != 6:
                print(f"- {cells[0]}: {', '.join(cells[1:])}")


def main(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip("\n").split("\t") for line in file]
    operations([line for line in lines if line[1] in CLIENTS])
    print()
    for line in lines:
        if line[1] == "schemathesis":
            print(f"- schemathesis {line[2]}: {line[3]}")
    load([line for line in lines if line[0].endswith("-load")])


main(sys.argv[1])
