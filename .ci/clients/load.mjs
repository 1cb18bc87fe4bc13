// Load on a running service: 200 clients at once, and then a thousand connections that send half a request.
//
//     LOAD_SECONDS=60 node load.mjs NAME PIDS HOST [HOST...]
//
// NAME is written in front of the results. PIDS are the process ids of the service, with commas between. The only refusals
// that count as honest are 409 and 429. At the end every request that was created must be there, in a state that its
// history allows. The exit code is 1 if something is not as it should be.

import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const [name, pids, ...hosts] = process.argv.slice(2);
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
const CLIENTS = 200;
const SLOW = 1000;
const BASE = "/v1.0/identityGovernance/entitlementManagement";
const REQUESTS = `${BASE}/assignmentRequests`;
const APPROVALS = `${BASE}/accessPackageAssignmentApprovals`;
const id = (letter, number) => `${letter}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const [SALES, MANUAL, APPROVED] = [1, 6, 19];

const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
const latencies = new Map();
const statuses = new Map();
const faults = [];
// What was created: its id, who asked, and the states that it may end in.
const created = [];

const rank = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const milliseconds = (value) => value.toFixed(1);

// Numbers that look random and are the same in each run.
let seed = 15;
function random(below) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
}

/** Returns the token of one of the people whom `data.py` adds. */
const someone = (kind) => `load-${kind}-${random(20)}`;

function fault(text) {
    if (faults.push(text) <= 10) console.error(text);
}

/** Sends a request. Returns the status and the body, or undefined if there is no answer. */
function send(host, method, path, token, body) {
    const text = body && JSON.stringify(body);
    const headers = { Authorization: `Bearer ${token}` };
    if (text) Object.assign(headers, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    return new Promise((resolve) => {
        const request = http.request(host + path, { method, headers, agent, timeout: 30_000 }, (response) => {
            const parts = [];
            response.on("data", (part) => parts.push(part));
            response.on("end", () => {
                const text = Buffer.concat(parts).toString();
                resolve({ status: response.statusCode, headers: response.headers, text });
            });
            response.on("error", (error) => resolve({ error }));
        });
        request.on("timeout", () => request.destroy(new Error("no answer within 30 seconds")));
        // The service closes idle connections. A request that is sent at that moment was not read.
        request.on("error", (error) => resolve({ error, isIdle: request.reusedSocket && error.code === "ECONNRESET" }));
        request.end(text);
    });
}

/** Sends a request and measures it. Repeats it if there are too many, or if its connection was closed as idle. */
async function call(operation, method, path, token, body) {
    for (;;) {
        const began = performance.now();
        const answer = await send(hosts[random(hosts.length)], method, path, token, body);
        if (answer.isIdle) {
            statuses.set("closed while idle", (statuses.get("closed while idle") ?? 0) + 1);
            continue;
        }
        if (!latencies.has(operation)) latencies.set(operation, []);
        latencies.get(operation).push(performance.now() - began);
        const status = answer.error ? String(answer.error.code ?? answer.error.message) : answer.status;
        const said = status >= 400 ? `${status} ${/"code":"(\w+)"/.exec(answer.text)?.[1]}` : status;
        statuses.set(said, (statuses.get(said) ?? 0) + 1);
        if (status === 429) {
            await sleep(1000 * Number(answer.headers["retry-after"] ?? 1));
            continue;
        }
        if (answer.error || (status >= 400 && status !== 409)) {
            fault(`${operation}: ${method} ${path}: ${status} ${answer.text ?? ""}`);
        }
        return { status, body: answer.text && answer.text.startsWith("{") ? JSON.parse(answer.text) : answer.text };
    }
}

async function create(token, number, states, members = {}) {
    const assignment = { accessPackageId: id("b", number), assignmentPolicyId: id("c", number) };
    const answer = await call("create", "POST", REQUESTS, token, { requestType: "userAdd", assignment, ...members });
    if (answer.status !== 201) return undefined;
    const one = { request: answer.body.id, token, states };
    created.push(one);
    return one;
}

/** Reads a request until it is in the state and the status. */
async function until(one, state, status) {
    for (let attempt = 0; attempt < 300; attempt += 1) {
        const { body } = await call("get", "GET", `${REQUESTS}/${one.request}`, one.token);
        if (body?.state === state && (!status || body.status === status)) return body;
        await sleep(50 + 25 * Math.min(attempt, 10));
    }
    fault(`${one.request} does not become ${state}`);
    return undefined;
}

const scenarios = [
    async function simple(token) {
        const one = await create(token, SALES, ["delivered"]);
        if (one) await until(one, "delivered");
    },
    async function resumed(token) {
        const one = await create(token, MANUAL, ["submitted", "delivering", "delivered"]);
        const waiting = one && (await until(one, "submitted", "WaitingForCallback"));
        if (!waiting) return;
        const data = {
            "@odata.type": "microsoft.graph.accessPackageAssignmentRequestCallbackData",
            stage: "assignmentRequestCreated",
            customExtensionStageInstanceId: waiting.customExtensionCalloutInstances.at(-1).id,
        };
        // Both arrive at once. One counts, and the other is the honest conflict.
        const path = `${REQUESTS}/${one.request}/resume`;
        const answers = await Promise.all([0, 1].map(() => call("resume", "POST", path, someone("administrator"), { data })));
        const counted = answers.filter(({ status }) => status === 204).length;
        if (counted !== 1) fault(`${one.request}: ${counted} of two resumes counted`);
        one.states = ["delivered"];
    },
    async function decided(token) {
        const one = await pending(token, ["pendingApproval"]);
        if (!one) return;
        const approver = someone("approver");
        const { body } = await call("stages", "GET", `${APPROVALS}/${one.request}/stages`, approver);
        const review = { reviewResult: random(4) ? "Approve" : "Deny", justification: "under load" };
        await call("decide", "PATCH", `${APPROVALS}/${one.request}/stages/${body.value[0].id}`, approver, review);
        one.states = [review.reviewResult === "Approve" ? "delivered" : "denied"];
    },
    async function canceled(token) {
        const one = await pending(token, ["pendingApproval"]);
        if (!one) return;
        await call("cancel", "POST", `${REQUESTS}/${one.request}/cancel`, token);
        one.states = ["canceled"];
    },
    async function listed(token) {
        const own = await call("list", "GET", `${REQUESTS}/filterByCurrentUser(on='target')?$top=20`, token);
        if (own.status === 200 && !Array.isArray(own.body.value)) fault("a list without a value");
        await call("list", "GET", `${REQUESTS}?$top=10&$orderby=createdDateTime%20desc`, someone("administrator"));
    },
];

async function pending(token, states) {
    const one = await create(token, APPROVED, ["submitted", ...states], { justification: "under load" });
    return one && (await until(one, "pendingApproval")) && one;
}

/** Returns the resident memory of the service in MiB. */
function memory() {
    const size = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
    return pids.split(",").reduce((sum, pid) => sum + size(pid), 0);
}

/** Lets the clients work. Returns the memory early on and at the end. */
async function load() {
    const began = performance.now();
    const isOver = () => performance.now() - began > SECONDS * 1000;
    const early = sleep(Math.min(10, SECONDS / 2) * 1000).then(memory);
    await Promise.all(Array.from({ length: CLIENTS }, async (_, number) => {
        while (!isOver()) await scenarios[random(scenarios.length)](`load-user-${number}`);
    }));
    return { seconds: (performance.now() - began) / 1000, early: await early, late: memory() };
}

/** Reads every request that was created, and again until it is in an expected state. Returns how many are not. */
async function check() {
    let lost = 0;
    const waiting = [...created];
    await Promise.all(Array.from({ length: 20 }, async () => {
        for (let one = waiting.pop(); one; one = waiting.pop()) {
            for (let attempt = 0; ; attempt += 1) {
                const answer = await send(hosts[0], "GET", `${REQUESTS}/${one.request}`, one.token);
                if (answer.status === 200 && one.states.includes(JSON.parse(answer.text).state)) break;
                if (answer.isIdle) continue;
                if (answer.status !== 200 || attempt === 100) {
                    lost += 1;
                    fault(`${one.request} was lost: ${answer.status} ${answer.text}, expected ${one.states}`);
                    break;
                }
                await sleep(100);
            }
        }
    }));
    return lost;
}

/** Holds connections open that send half a request, and meanwhile asks as anyone else does. */
async function slow() {
    const { hostname, port } = new URL(hosts[0]);
    const half = `GET ${REQUESTS} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bear`;
    let open = 0;
    const sockets = await Promise.all(Array.from({ length: SLOW }, () => new Promise((resolve) => {
        const socket = net.connect(Number(port), hostname, () => {
            open += 1;
            socket.write(half);
            resolve(socket);
        });
        socket.on("error", () => resolve(socket));
        socket.resume();
    })));
    const fresh = new http.Agent();
    const times = [];
    for (let count = 0; count < 10; count += 1) {
        const began = performance.now();
        const answer = await new Promise((resolve) => {
            const headers = { Authorization: "Bearer ada" };
            http.get(`${hosts[0]}${REQUESTS}?$top=1`, { headers, agent: fresh, timeout: 10_000 }, (response) => {
                response.resume();
                response.on("end", () => resolve(response.statusCode));
            }).on("error", (error) => resolve(error.message));
        });
        times.push(performance.now() - began);
        await sleep(200);
        if (answer !== 200) fault(`beside ${SLOW} slow connections: ${answer}`);
    }
    for (const socket of sockets) socket.destroy();
    const slowest = Math.max(...times);
    if (slowest > 1000) fault(`beside ${SLOW} slow connections an answer took ${milliseconds(slowest)} ms`);
    return { open, slowest };
}

const line = (...cells) => console.log([name, ...cells].join("\t"));
const { seconds, early, late } = await load();
const lost = await check();
const all = [...latencies.values()].reduce((sum, times) => sum + times.length, 0);
line("requests/s", (all / seconds).toFixed(0), `${all} in ${seconds.toFixed(0)} s from ${CLIENTS} clients`);
for (const [operation, times] of latencies) {
    times.sort((one, other) => one - other);
    const shares = [0.5, 0.9, 0.99].map((share) => milliseconds(rank(times, share)));
    line(operation, times.length, ...shares, milliseconds(times.at(-1)));
}
line("statuses", [...statuses].sort().map(([status, count]) => `${status}: ${count}`).join(", "));
line("created", created.length, `${lost} of them lost or in a state that is not expected`);
line("memory", `${early.toFixed(0)} MiB early`, `${late.toFixed(0)} MiB at the end`);
if (late > early * 1.25 + 8) fault(`the memory grows from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`);
// Idle connections count too.
agent.destroy();
const { open, slowest } = await slow();
line("slow connections", `${open} open`, `others are answered within ${milliseconds(slowest)} ms`);
line("faults", faults.length ? `FAILED: ${faults.length}` : 0);
process.exit(faults.length ? 1 : 0);
