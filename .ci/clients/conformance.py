"""Lets schemathesis try the service against the OpenAPI document of `openapi.py`.

    python conformance.py HOST FOLDER

It runs twice, with the token of an administrator and with that of a user. `SCHEMATHESIS_CASES` is the most cases for an
operation and a token (50 if it is not set). The seed is fixed. Reports are written to the folder.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import requests

import openapi

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
MANAGEMENT = "/v1.0/identityGovernance/entitlementManagement"
ANSWERS = [{
    "@odata.type": "#microsoft.graph.accessPackageAnswerString", "value": "Analytical Engine",
    "answeredQuestion": {"id": openapi.QUESTIONS[0]},
}]


def prepare(host):
    """Makes requests in several states. Returns the ids of requests, and those of approval stages."""
    ids, stages = [], []
    for person in ("ada", "bob"):
        for number in (1, 2, 3, 5, 6):
            body = {"requestType": "userAdd", "assignment": {
                "accessPackageId": openapi.PACKAGES[number - 1],
                "assignmentPolicyId": f"c0000000-0000-4000-8000-{number:012}",
            }}
            if number == 2:
                body |= {"answers": ANSWERS, "justification": "for the report"}
            created = requests.post(f"{host}{MANAGEMENT}/assignmentRequests", json=body, headers=bearer(person), timeout=10)
            # Another one of this access may be open.
            assert created.status_code in (201, 409), created.text
        listed = f"{host}{MANAGEMENT}/assignmentRequests/filterByCurrentUser(on='target')?$top=10&$orderby=createdDateTime desc"
        ids += [one["id"] for one in requests.get(listed, headers=bearer(person), timeout=10).json()["value"]]
    time.sleep(1)
    for id in ids:
        found = requests.get(
            f"{host}{MANAGEMENT}/accessPackageAssignmentApprovals/{id}/stages", headers=bearer("grace"), timeout=10
        )
        if found.status_code == 200:
            stages += [stage["id"] for stage in found.json()["value"]]
    assert stages, "no request has an approval stage"
    return ids, stages


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def run(host, folder, token):
    """Runs schemathesis with a token. Returns whether all checks passed."""
    document = folder / f"openapi-{token}.json"
    document.write_text(json.dumps(openapi.document(*prepare(host))))
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", f"{host}/v1.0",
        "--header", f"Authorization: Bearer {token}", "--checks", CHECKS, "--phases", "examples,coverage,fuzzing",
        "--max-examples", os.environ.get("SCHEMATHESIS_CASES", "50"), "--seed", "15", "--generation-database", "none",
        "--continue-on-failure", "--request-timeout", "10", "--no-color", "--warnings", "off", "--suppress-health-check", "all",
    ]
    began = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder, check=False)
    (folder / f"schemathesis-{token}.txt").write_text(done.stdout)
    generated = re.search(r"(\d[\d,]*) generated", done.stdout)
    cases = generated[1] if generated else "no"
    result = "works" if done.returncode == 0 else "FAILED"
    print("schemathesis", f"as {token}", f"{result}: {cases} cases in {time.monotonic() - began:.0f} s", sep="\t", flush=True)
    if done.returncode:
        print(done.stdout[-20000:], file=sys.stderr)
    return done.returncode == 0


if __name__ == "__main__":
    outcomes = [run(sys.argv[1], Path(sys.argv[2]), token) for token in ("oscar", "ada")]
    sys.exit(0 if all(outcomes) else 1)
