// Measures the reference service on PostgreSQL with one host, on PostgreSQL with three hosts, and on Restate, in one run.
//
//     node scale.mjs --postgres URL --server RESTATE_SERVER --service PROGRAM --on-restate PROGRAM
//         [--seconds 10] [--clients 1,10,50,200] [--open 1000,10000]
//
// URL is an empty database of a server on which databases may be created (with `psql`). The programs are release builds of
// `examples/service` and of this package. The first table has the throughput and the latencies for each number of clients,
// the second one how they grow with the number of open requests. Node is all that is needed; everything that is started
// here is ended here; a run that is stopped leaves its database. The exit code is 1 if an answer was not as it should be.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";

const { values: given } = parseArgs({
    options: {
        postgres: { type: "string" },
        server: { type: "string" },
        service: { type: "string" },
        "on-restate": { type: "string" },
        seconds: { type: "string", default: "10" },
        clients: { type: "string", default: "1,10,50,200" },
        open: { type: "string", default: "1000,10000" },
    },
});
const missing = ["postgres", "server", "service", "on-restate"].filter((name) => !given[name]);
if (missing.length) {
    console.log(`SKIPPED: --${missing.join(", --")} not given`);
    process.exit(0);
}
const numbers = (text) => text.split(",").filter(Boolean).map(Number);
const SECONDS = Number(given.seconds);

const BASE = "/v1.0/identityGovernance/entitlementManagement";
const REQUESTS = `${BASE}/assignmentRequests`;
const APPROVALS = `${BASE}/accessPackageAssignmentApprovals`;
const CALLBACK = "microsoft.graph.accessPackageAssignmentRequestCallbackData";
const id = (letter, number) => `${letter}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
// Packages of the data folder. From FIRST_MANUAL on they are copies of package 6, whose callout no one answers.
const [SALES, MANUAL, APPROVED, FIRST_MANUAL] = [1, 6, 19, 1000];
// One person has at most one open request for an access package.
const [PEOPLE, MANUALS, HELPERS] = [1000, 110, 20];
// How often each operation is measured beside the open requests.
const PROBES = 30;
const LOAD_GROUP = id("f", 19);
const FOLDER = mkdtempSync(path.join(os.tmpdir(), "scale-"));

const rank = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const faults = [];
function fault(text) {
    if (faults.push(text) <= 10) console.error(text);
}

/** Makes the data: that of the service, many people, and access packages so that open requests are not in each other's way. */
function makeData() {
    const folder = path.join(FOLDER, "data");
    cpSync(fileURLToPath(new URL("../service/data", import.meta.url)), folder, { recursive: true });
    const people = (digit, kind, role, count) => Array.from({ length: count }, (_, number) => ({
        id: `a${digit}000000-0000-4000-8000-${String(number).padStart(12, "0")}`,
        token: `load-${kind}-${number}`,
        displayName: `Load ${kind} ${number}`,
        email: `load-${kind}-${number}@contoso.example`,
        role,
    }));
    const directory = path.join(folder, "people.json");
    const content = JSON.parse(readFileSync(directory, "utf8"));
    const approvers = people(2, "approver", "user", HELPERS);
    content.people.push(...people(1, "user", "user", PEOPLE), ...approvers);
    content.people.push(...people(3, "administrator", "administrator", HELPERS));
    content.groups.push({ id: LOAD_GROUP, displayName: "Load", members: approvers.map((one) => one.id) });
    writeFileSync(directory, JSON.stringify(content));

    const write = (number, change) => {
        const text = readFileSync(path.join(folder, "packages/6-manual-badge.json"), "utf8");
        const one = JSON.parse(text.replaceAll(id("b", MANUAL), id("b", number)).replaceAll(id("c", MANUAL), id("c", number)));
        change(one.policies[0]);
        writeFileSync(path.join(folder, `packages/${number}.json`), JSON.stringify(one));
    };
    for (let number = FIRST_MANUAL; number < FIRST_MANUAL + MANUALS; number += 1) write(number, () => {});
    write(APPROVED, (policy) => {
        policy.customExtensionStageSettings = [];
        policy.requestApprovalSettings.isApprovalRequiredForAdd = true;
        const primaryApprovers = [{ "@odata.type": "#microsoft.graph.groupMembers", groupId: LOAD_GROUP }];
        policy.requestApprovalSettings.stages = [{ durationBeforeAutomaticDenial: "P2D", primaryApprovers }];
    });
    return folder;
}

const DATA = makeData();
const running = new Set();

/** Starts a program, and ends it when the measurement ends. Its log goes to a file. */
function start(name, program, programArguments, environment = {}) {
    const log = openSync(path.join(FOLDER, `${name}.log`), "a");
    const child = spawn(program, programArguments, { stdio: ["ignore", "pipe", log], env: { ...process.env, ...environment } });
    child.ended = new Promise((resolve) => child.on("exit", resolve));
    child.on("error", (error) => fault(`${program}: ${error.message}`));
    running.add(child);
    return child;
}

async function end(children) {
    for (const child of children.reverse()) {
        child.kill("SIGTERM");
        await Promise.race([child.ended, sleep(10_000).then(() => child.kill("SIGKILL"))]);
        running.delete(child);
    }
}

/** Waits until a host says where it listens. */
function address(child) {
    return new Promise((resolve, reject) => {
        let text = "";
        child.stdout.on("data", (part) => {
            text += part;
            const found = /listening on (\S+)/.exec(text);
            if (found) resolve(found[1]);
        });
        child.on("exit", () => reject(new Error("a host ended before it listened")));
    });
}

const freePort = () => new Promise((resolve) => {
    const server = net.createServer().listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        server.close(() => resolve(port));
    });
});

/** Starts hosts on a new database of PostgreSQL. */
async function onPostgres(count) {
    const database = `scale_${process.pid}_${count}_${Math.floor(performance.now())}`;
    const psql = (text) => execFileSync("psql", [given.postgres, "-q", "-A", "-t", "-c", text], { encoding: "utf8" });
    psql(`CREATE DATABASE ${database}`);
    const url = new URL(given.postgres);
    url.pathname = `/${database}`;
    const children = [];
    const hosts = [];
    for (let number = 0; number < count; number += 1) {
        const child = start(`postgres-${number}`, given.service, ["--port", "0", "--database", url.href, "--data", DATA]);
        children.push(child);
        hosts.push(await address(child));
    }
    return {
        hosts,
        mebibytes: () => Number(psql(`SELECT pg_database_size('${database}')`)) / 2 ** 20,
        async end() {
            await end(children);
            psql(`DROP DATABASE ${database} WITH (FORCE)`);
        },
    };
}

/** Starts a server of the engine with an empty folder, and the program on it. */
async function onRestate() {
    const [ingress, admin, node] = [await freePort(), await freePort(), await freePort()];
    const folder = mkdtempSync(path.join(FOLDER, "restate-"));
    const flags = ["--bind-ip", "127.0.0.1", "--listen-mode", "tcp", "--base-dir", folder, "--node-name", "n1", "--no-logo"];
    const server = start("restate", given.server, flags, {
        RESTATE_BIND_PORT: node,
        RESTATE_INGRESS__BIND_PORT: ingress,
        RESTATE_ADMIN__BIND_PORT: admin,
        RESTATE_DISABLE_TELEMETRY: "true",
        RUST_LOG: "warn",
    });
    server.stdout.resume();
    const urls = ["--ingress", `http://127.0.0.1:${ingress}`, "--admin", `http://127.0.0.1:${admin}`];
    const program = start("on-restate", given["on-restate"], ["--port", "0", "--data", DATA, ...urls]);
    const host = await address(program);
    return {
        hosts: [host],
        mebibytes: () => Number(execFileSync("du", ["-sm", folder], { encoding: "utf8" }).split("\t")[0]),
        async end() {
            await end([server, program]);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}

const CONFIGURATIONS = [
    ["PostgreSQL, 1 host", () => onPostgres(1)],
    ["PostgreSQL, 3 hosts", () => onPostgres(3)],
    ["Restate, 1 host", onRestate],
];

/** The clients of one configuration, and what they measured. */
class Clients {
    agent = new http.Agent({ keepAlive: true, maxSockets: 400 });
    times = new Map();
    lifecycles = [];
    answers = 0;
    next = 0;

    constructor(hosts) {
        this.hosts = hosts;
    }

    reset() {
        Object.assign(this, { times: new Map(), lifecycles: [], answers: 0 });
    }

    send(method, target, token, body) {
        const text = body && JSON.stringify(body);
        const headers = { Authorization: `Bearer ${token}` };
        if (text) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
        const host = this.hosts[this.next++ % this.hosts.length];
        return new Promise((resolve) => {
            const request = http.request(host + target, { method, headers, agent: this.agent, timeout: 120_000 }, (response) => {
                const parts = [];
                response.on("data", (part) => parts.push(part));
                response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(parts).toString() }));
                response.on("error", (error) => resolve({ status: 0, text: error.message }));
            });
            request.on("timeout", () => request.destroy(new Error("no answer within two minutes")));
            request.on("error", (error) => resolve({ status: 0, text: error.message }));
            request.end(text);
        });
    }

    /** Sends a request and measures it. Returns the body, or nothing if the answer is not the expected one. */
    async call(operation, expected, method, target, token, body) {
        const began = performance.now();
        const { status, text } = await this.send(method, target, token, body);
        if (!this.times.has(operation)) this.times.set(operation, []);
        this.times.get(operation).push(performance.now() - began);
        this.answers += 1;
        if (status !== expected) {
            fault(`${method} ${target}: ${status} ${text}`);
            return undefined;
        }
        return text.startsWith("{") ? JSON.parse(text) : {};
    }

    create(token, number) {
        const assignment = { accessPackageId: id("b", number), assignmentPolicyId: id("c", number) };
        return this.call("create", 201, "POST", REQUESTS, token, { requestType: "userAdd", assignment });
    }

    get(token, request) {
        return this.call("get", 200, "GET", `${REQUESTS}/${request}`, token);
    }

    /** Reads a request until it has the status. The pauses grow from 5 to 100 milliseconds. */
    async until(token, request, wanted) {
        for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
            const body = await this.get(token, request);
            if (!body || wanted(body)) return body;
            await sleep(pause);
        }
    }

    resume(body, token = helper("administrator")) {
        const data = {
            "@odata.type": CALLBACK,
            stage: "assignmentRequestCreated",
            customExtensionStageInstanceId: body.customExtensionCalloutInstances.at(-1).id,
        };
        return this.call("command", 204, "POST", `${REQUESTS}/${body.id}/resume`, token, { data });
    }

    async decide(body) {
        const approver = helper("approver");
        const stages = await this.call("get", 200, "GET", `${APPROVALS}/${body.id}/stages`, approver);
        const stage = stages?.value?.[0]?.id;
        const review = { reviewResult: "Approve", justification: "under load" };
        return stage && this.call("command", 204, "PATCH", `${APPROVALS}/${body.id}/stages/${stage}`, approver, review);
    }

    /** A whole lifecycle: without a wait, with a callback, or with an approval. */
    async lifecycle(token, kind) {
        const began = performance.now();
        const one = await this.create(token, [SALES, MANUAL, APPROVED][kind]);
        if (!one) return;
        if (kind === 1) {
            const waiting = await this.until(token, one.id, ({ status }) => status === "WaitingForCallback");
            if (!waiting || !(await this.resume(waiting))) return;
        }
        if (kind === 2) {
            const waiting = await this.until(token, one.id, ({ state }) => state === "pendingApproval");
            if (!waiting || !(await this.decide(waiting))) return;
        }
        if (await this.until(token, one.id, ({ state }) => state === "delivered")) this.lifecycles.push(performance.now() - began);
    }

    async load(count, seconds) {
        const began = performance.now();
        await Promise.all(Array.from({ length: count }, async (_, number) => {
            for (let kind = number; performance.now() - began < seconds * 1000; kind += 1) {
                await this.lifecycle(`load-user-${number}`, kind % 3);
            }
        }));
        return (performance.now() - began) / 1000;
    }
}

let turn = 0;
const helper = (kind) => `load-${kind}-${turn++ % HELPERS}`;
const shares = (times) => {
    const sorted = [...(times ?? [])].sort((one, other) => one - other);
    return sorted.length ? [0.5, 0.9, 0.99].map((share) => rank(sorted, share).toFixed(1)).join(" / ") : "none";
};
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);

async function measureClients() {
    row(["configuration", "clients", "requests/s", "lifecycles/s", "lifecycles/s to 1 host", "create ms", "get ms", "command ms", "lifecycle ms"]);
    row(Array(9).fill("---"));
    const first = new Map();
    for (const [name, begin] of CONFIGURATIONS) {
        const configuration = await begin();
        const clients = new Clients(configuration.hosts);
        await ready(clients);
        await clients.load(5, 2);
        for (const count of numbers(given.clients)) {
            clients.reset();
            const seconds = await clients.load(count, SECONDS);
            const lifecycles = clients.lifecycles.length / seconds;
            if (!first.has(count)) first.set(count, lifecycles);
            const times = ["create", "get", "command"].map((operation) => shares(clients.times.get(operation)));
            const throughput = [(clients.answers / seconds).toFixed(0), lifecycles.toFixed(1), (lifecycles / first.get(count)).toFixed(2)];
            row([name, count, ...throughput, ...times, shares(clients.lifecycles)]);
        }
        clients.agent.destroy();
        await configuration.end();
    }
}

/** Waits until the service takes requests: the engine must have heard of its handlers. */
async function ready(clients) {
    for (let attempt = 0; attempt < 100; attempt += 1) {
        const { status } = await clients.send("GET", `${REQUESTS}?$top=1`, "oscar");
        const created = status === 200 && (await clients.send("POST", REQUESTS, "ada", {
            requestType: "userAdd", assignment: { accessPackageId: id("b", SALES), assignmentPolicyId: id("c", SALES) },
        }));
        if (created?.status === 201) return;
        await sleep(100);
    }
    throw new Error("the service takes no requests");
}

/**
 * Creates the open requests from number `from` to number `to`, 40 at a time, until `open` are open. An administrator creates
 * them, so that the service need not count how many the person has.
 */
async function fill(clients, from, to, open) {
    let next = from;
    await Promise.all(Array.from({ length: 40 }, async () => {
        while (next < to) {
            const number = next++;
            const copy = FIRST_MANUAL + Math.floor(number / PEOPLE);
            const targetId = `a1000000-0000-4000-8000-${String(number % PEOPLE).padStart(12, "0")}`;
            const assignment = { accessPackageId: id("b", copy), assignmentPolicyId: id("c", copy), targetId };
            await clients.call("fill", 201, "POST", REQUESTS, helper("administrator"), { requestType: "adminAdd", assignment });
        }
    }));
    // The last callouts must have been sent.
    for (;;) {
        const list = `${REQUESTS}?$filter=status%20eq%20'WaitingForCallback'&$count=true&$top=1`;
        const body = await clients.call("settle", 200, "GET", list, "oscar");
        if (!body || body["@odata.count"] >= open) return;
        await sleep(500);
    }
}

/** Measures what one client waits for, one request after the other. */
async function probe(clients) {
    clients.reset();
    for (let number = 0; number < PROBES; number += 1) {
        const token = `load-user-${number}`;
        await clients.create(token, SALES);
        const list = `${REQUESTS}?$filter=status%20eq%20'WaitingForCallback'&$top=10&$orderby=createdDateTime%20desc`;
        const waiting = await clients.call("list", 200, "GET", list, helper("administrator"));
        await clients.call("own list", 200, "GET", `${REQUESTS}/filterByCurrentUser(on='target')?$top=10`, token);
        const one = waiting?.value?.at(-1);
        if (one && (await clients.get("oscar", one.id))) await clients.resume(one, "badge-office");
    }
    return ["create", "get", "command", "list", "own list"].map((operation) => shares(clients.times.get(operation)));
}

async function measureOpen() {
    row(["configuration", "open requests", "filled in s", "MiB", "create ms", "get ms", "resume ms", "list of all ms", "own list ms"]);
    row(Array(9).fill("---"));
    for (const [name, begin] of CONFIGURATIONS.filter(([name]) => name.endsWith("1 host"))) {
        const configuration = await begin();
        const clients = new Clients(configuration.hosts);
        await ready(clients);
        let [filled, resumed] = [0, 0];
        for (const count of numbers(given.open)) {
            const began = performance.now();
            await fill(clients, filled, count + resumed, count);
            const seconds = ((performance.now() - began) / 1000).toFixed(0);
            row([name, count, seconds, configuration.mebibytes().toFixed(0), ...(await probe(clients))]);
            [filled, resumed] = [count + resumed, resumed + PROBES];
        }
        clients.agent.destroy();
        await configuration.end();
    }
}

process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(FOLDER, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
console.log(`${os.cpus().length} processors, ${os.cpus()[0]?.model}, Node ${process.version}; ${SECONDS} s a cell; p50 / p90 / p99\n`);
if (given.clients) await measureClients();
console.log();
if (given.open) await measureOpen();
console.log(`\nfaults: ${faults.length}`);
process.exit(faults.length ? 1 : 0);
