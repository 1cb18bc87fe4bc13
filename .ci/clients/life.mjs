// Whole lifecycles of requests, driven through a running service by the official Graph client for JavaScript, with the bodies
// of v1.0. `life.py` does the same with the clients for Python, and calls the operations by the same names.
//
//     node life.mjs HOST [HOST...]
//
// Calls go to the hosts in turn. Each line of the output is one operation: client, operation, result, separated by tabs. The
// exit code is 1 if an operation fails.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import graph from "@microsoft/microsoft-graph-client";
import { client, failure, operation, refused, told } from "./client.mjs";

const { BatchRequestContent, BatchResponseContent, PageIterator, ResponseType } = graph;

const hosts = process.argv.slice(2);
const base = "/identityGovernance/entitlementManagement";
const requests = `${base}/assignmentRequests`;
const approvals = `${base}/accessPackageAssignmentApprovals`;
const began = new Date();
const id = (letter, number) => `${letter}0000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const person = (number) => id("a", number);
const [ADA, BOB, GRACE, SCOUT] = [1, 2, 3, 8].map(person);
const [TEXT, CHOICE] = [21, 22].map((number) => id("d", number));
const [SALES, CUSTOMERS, BADGES, RISKS, BROKEN, MANUAL, MANUAL_RISK, CHECKED] = [1, 2, 3, 4, 5, 6, 17, 18];
const CREATED = "assignmentRequestCreated";

// ---- What every scenario uses ----

const call = (token, path) => client(token).api(path);
const one = (token, request) => call(token, `${requests}/${request}`);

function draft(requestType, { number, policy, target, assignment, ...members } = {}) {
    const about = {};
    if (assignment) about.id = assignment;
    if (number) {
        about.accessPackageId = id("b", number);
        about.assignmentPolicyId = id("c", policy ?? number);
    }
    if (typeof target === "string") about.targetId = target;
    else if (target) about.target = target;
    return { requestType, assignment: about, ...members };
}

async function create(token, requestType, members) {
    // Names after the sentinel of the enumeration are written only for clients that ask for them.
    const created = await call(token, requests)
        .header("Prefer", "include-unknown-enum-members")
        .post(draft(requestType, members));
    assert.equal(created.requestType, requestType);
    return created.id;
}

/** Reads the request until it is in a state and a status. */
async function until(token, request, state, status) {
    let found;
    for (let attempt = 0; attempt < 200; attempt += 1) {
        found = await one(token, request).get();
        if (found.state === state && (!status || found.status === status)) return found;
        await sleep(50);
    }
    throw new Error(`expected ${state} ${status ?? ""}, found ${found.state} ${found.status}`);
}

async function delivered(token, requestType, members) {
    const request = await create(token, requestType, members);
    await until(token, request, "delivered");
    return request;
}

async function assignmentOf(token, request) {
    const { assignment } = await one(token, request).expand("assignment").get();
    assert.ok(assignment.id, "the expanded assignment has no id");
    return assignment.id;
}

async function calloutOf(token, request) {
    const waiting = await until(token, request, "submitted", "WaitingForCallback");
    return waiting.customExtensionCalloutInstances.at(-1).id;
}

/** Returns an answer to a question of a kind: TextInput or MultipleChoice. */
const answer = (kind, question, value) => ({
    "@odata.type": "#microsoft.graph.accessPackageAnswerString",
    value,
    answeredQuestion: { "@odata.type": `#microsoft.graph.accessPackage${kind}Question`, id: question },
});

async function pending(token = "ada", region = "north") {
    const answers = [answer("TextInput", TEXT, "Analytical Engine"), answer("MultipleChoice", CHOICE, region)];
    const request = await create(token, "userAdd", { number: CUSTOMERS, answers, justification: "for the report" });
    await until(token, request, "pendingApproval", "PendingApproval");
    return request;
}

const stagesOf = (approval) => `${approvals}/${approval}/stages`;

async function firstStage(token, approval) {
    return (await call(token, stagesOf(approval)).get()).value[0];
}

/** Collects the items of a page and of those after it with the client's page iterator. */
async function allPages(token, page) {
    const items = [];
    const iterator = new PageIterator(client(token), page, (item) => items.push(item) > 0);
    await iterator.iterate();
    return items;
}

const ids = (items) => items.map((item) => item.id);

/** Reads a list until the request is in it: the approvers are recorded soon after the stage was opened. */
async function listed(token, path, request) {
    for (let attempt = 0; attempt < 50; attempt += 1) {
        if (ids(await allPages(token, await call(token, path).get())).includes(request)) return;
        await sleep(100);
    }
    throw new Error(`${request} is not in the list`);
}

function resumeBody(callout, { state, stage = CREATED, approvalStage } = {}) {
    const type = approvalStage ? "assignmentRequestApprovalStageCallbackData" : "accessPackageAssignmentRequestCallbackData";
    return {
        source: "life.mjs",
        type: `microsoft.graph.accessPackageCustomExtensionStage.${stage}`,
        data: {
            "@odata.type": `microsoft.graph.${type}`,
            stage,
            customExtensionStageInstanceId: callout,
            customExtensionStageInstanceDetail: "checked by the client",
            ...(state && { state }),
            ...(approvalStage && { approvalStage }),
        },
    };
}

const resume = (token, request, body) => call(token, `${requests}/${request}/resume`).post(body);

function schedule(days, start) {
    const endDateTime = new Date(began.getTime() + days * 86_400_000).toISOString();
    return { startDateTime: start, expiration: { type: "afterDateTime", endDateTime } };
}

// ---- The scenarios ----

async function selfService() {
    let added, assignment;
    await operation("getApplicablePolicyRequirements", async () => {
        const ask = (number) => call("ada", `${base}/accessPackages/${id("b", number)}/getApplicablePolicyRequirements`);
        const found = (await ask(SALES).post()).value.map((one) => one.policyId).sort();
        assert.deepEqual(found, [id("c", 1), id("c", 11)]);
        const [asked] = (await ask(CUSTOMERS).post()).value;
        assert.ok(asked.isRequestorJustificationRequired);
        assert.deepEqual(ids(asked.questions).sort(), [TEXT, CHOICE]);
    });
    await operation("create userAdd", async () => {
        added = await delivered("ada", "userAdd", { number: SALES });
        assignment = await assignmentOf("ada", added);
    });
    await operation("create userUpdate, with a schedule", async () => {
        const updated = await delivered("ada", "userUpdate", { assignment, schedule: schedule(20) });
        const shown = await one("ada", updated).get();
        assert.equal(new Date(shown.schedule.expiration.endDateTime) - began, 20 * 86_400_000);
    });
    await operation("create userExtend", () => delivered("ada", "userExtend", { assignment }).then(() => ""));
    await operation("create adminUpdate", async () => {
        await delivered("oscar", "adminUpdate", { assignment, schedule: schedule(21) });
    });
    await operation("create userRemove", () => delivered("ada", "userRemove", { assignment }).then(() => ""));
    await operation("a request that ended is not delivered twice", async () => {
        await refused(call("oscar", `${requests}/${added}/reprocess`).post(), 409, "notReprocessable");
    });
    await operation("create a type that the person may not", async () => {
        const body = draft("adminAdd", { number: SALES, target: BOB });
        await refused(call("ada", requests).post(body), 403, "notPermitted");
    });
    let later;
    await operation("create with a schedule that starts later, and cancel", async () => {
        const start = new Date(began.getTime() + 2 * 86_400_000).toISOString();
        later = await create("ada", "userAdd", { number: SALES, schedule: schedule(20, start) });
        await until("ada", later, "scheduled", "PendingNotBefore");
        await call("ada", `${requests}/${later}/cancel`).post();
        await until("ada", later, "canceled", "Canceled");
        await refused(call("ada", `${requests}/${later}/cancel`).post(), 409, "alreadyCanceled");
    });
    await operation("delete", async () => {
        await one("oscar", later).delete();
        await refused(one("oscar", later).get(), 404, "noRequest");
    });
}

async function administrators() {
    let assignment;
    await operation("create adminAdd", async () => {
        assignment = await assignmentOf("oscar", await delivered("oscar", "adminAdd", { number: SALES, target: BOB }));
    });
    await operation("create adminRemove", () => delivered("oscar", "adminRemove", { assignment }).then(() => ""));
    await operation("create adminAdd, the target by e-mail", async () => {
        const target = { email: "bob@contoso.example" };
        const request = await delivered("oscar", "adminAdd", { number: SALES, target });
        const found = await call("bob", `${requests}/filterByCurrentUser(on='target')`).get();
        assert.ok(ids(await allPages("bob", found)).includes(request));
    });
}

async function others() {
    await operation("create onBehalfAdd, by a manager", async () => {
        const request = await delivered("grace", "onBehalfAdd", { number: SALES, target: ADA });
        await one("ada", request).get();
    });
    await operation("create onBehalfAdd, by the sponsor of an agent", async () => {
        await delivered("ada", "onBehalfAdd", { number: SALES, target: SCOUT });
    });
    await operation("create userAdd for another person", async () => {
        await delivered("grace", "userAdd", { number: SALES, target: BOB });
    });
    await operation("create on behalf of a stranger is refused", async () => {
        const error = await failure(call("mallory", requests).post(draft("onBehalfAdd", { number: SALES, target: ADA })));
        assert.ok([400, 403].includes(error.statusCode), told(error));
    });
}

async function answersAndApproval() {
    let request, stage, again, removed;
    const at = () => `${stagesOf(request)}/${stage.id}`;
    await operation("create without required answers is refused, with details", async () => {
        const error = await refused(call("ada", requests).post(draft("userAdd", { number: CUSTOMERS })), 400, "invalidRequest");
        const codes = JSON.parse(error.body).details.map((detail) => detail.code);
        assert.ok(codes.includes("requiredAnswerMissing") && codes.includes("missing"), String(codes));
    });
    await operation("create userAdd, with answers and a justification", async () => {
        request = await pending();
        const shown = await one("ada", request).get();
        assert.equal(shown.justification, "for the report");
        const values = shown.answers.map((answer) => [answer.answeredQuestion.id, answer.value]);
        assert.deepEqual(Object.fromEntries(values), { [TEXT]: "Analytical Engine", [CHOICE]: "north" });
    });
    await operation("list approvals", async () => {
        await listed("grace", approvals, request);
    });
    for (const on of ["approver", "createdBy", "target"]) {
        await operation(`approvals filterByCurrentUser(${on})`, async () => {
            const token = on === "approver" ? "grace" : "ada";
            await listed(token, `${approvals}/filterByCurrentUser(on='${on}')`, request);
        });
    }
    await operation("get approval", async () => {
        assert.equal((await call("grace", `${approvals}/${request}`).get()).id, request);
        assert.equal((await call("grace", `${approvals}/${request}`).expand("stages").get()).stages.length, 1);
    });
    await operation("list stages", async () => {
        stage = await firstStage("grace", request);
        assert.deepEqual([stage.assignedToMe, stage.status, stage.reviewResult], [true, "InProgress", "NotReviewed"]);
    });
    await operation("count approvals and stages", async () => {
        assert.ok(Number(await call("grace", `${approvals}/$count`).get()) >= 1);
        assert.equal(Number(await call("grace", `${stagesOf(request)}/$count`).get()), 1);
    });
    await operation("get stage", async () => {
        again = await call("grace", at()).get();
        assert.equal(again.id, stage.id);
    });
    await operation("decide as the requestor is refused", async () => {
        const error = await failure(call("ada", at()).patch({ reviewResult: "Approve" }));
        assert.ok([403, 404].includes(error.statusCode), told(error));
    });
    await operation("decide before the escalation is refused", async () => {
        const error = await failure(call("edith", at()).patch({ reviewResult: "Approve" }));
        assert.ok([403, 404].includes(error.statusCode), told(error));
    });
    await operation("decide: read the stage, change it, send it back", async () => {
        Object.assign(again, { reviewResult: "Approve", justification: "she runs the project" });
        await call("grace", at()).patch(again);
        await until("ada", request, "delivered", "Fulfilled");
        const decided = await call("grace", at()).get();
        assert.deepEqual([decided.reviewResult, decided.justification], ["Approve", "she runs the project"]);
        assert.equal(decided.reviewedBy.id, GRACE);
    });
    await operation("decide again is refused", async () => {
        const decided = await call("grace", at()).get();
        await refused(call("grace", at()).patch(decided), 409, "alreadyDecided");
        await refused(call("grace", at()).patch({ ...decided, reviewResult: "Deny" }), 409, "stageAlreadyDecided");
    });
    await operation("decide: deny", async () => {
        const denied = await pending("ada", "The south");
        const { id: deniedStage } = await firstStage("grace", denied);
        await call("grace", `${stagesOf(denied)}/${deniedStage}`).patch({ reviewResult: "Deny", justification: "not now" });
        assert.ok((await until("ada", denied, "denied", "Denied")).completedDateTime);
    });
    await operation("create approverRemove", async () => {
        const assignment = await assignmentOf("ada", request);
        removed = await delivered("grace", "approverRemove", { assignment, justification: "the project has ended" });
    });
    await operation("Prefer: include-unknown-enum-members", async () => {
        assert.equal((await one("grace", removed).get()).requestType, "unknownFutureValue");
        const asked = one("grace", removed).header("Prefer", "include-unknown-enum-members");
        assert.equal((await asked.get()).requestType, "approverRemove");
    });
    await operation("cancel", async () => {
        const waiting = await pending();
        await refused(call("grace", `${requests}/${waiting}/cancel`).post(), 403, "notPermitted");
        await call("ada", `${requests}/${waiting}/cancel`).post();
        await until("ada", waiting, "canceled", "Canceled");
    });
}

async function approve(request) {
    await until("ada", request, "pendingApproval", "PendingApproval");
    const stage = await firstStage("grace", request);
    Object.assign(stage, { reviewResult: "Approve", justification: "known to me" });
    await call("grace", `${stagesOf(request)}/${stage.id}`).patch(stage);
    await until("ada", request, "delivered");
}

async function callouts() {
    let request, callout;
    await operation("callout, answered by the receiver", async () => {
        await delivered("ada", "userAdd", { number: BADGES });
    });
    await operation("resume, with callback data", async () => {
        request = await create("ada", "userAdd", { number: MANUAL });
        callout = await calloutOf("ada", request);
        await refused(resume("mallory", request, resumeBody(callout)), 404, "noRequest");
        await refused(resume("risk-engine", request, resumeBody(callout)), 404, "noRequest");
        await refused(resume("ada", request, resumeBody(callout)), 403, "notPermitted");
        await resume("badge-office", request, resumeBody(callout));
        await until("ada", request, "delivered");
    });
    await operation("resume again is refused", async () => {
        await refused(resume("badge-office", request, resumeBody(callout)), 409, "alreadyResumed");
        await refused(resume("badge-office", request, resumeBody(callout, { state: "Canceled" })), 409, "resumeConflict");
    });
    await operation("resume: cancel", async () => {
        request = await create("ada", "userAdd", { number: MANUAL });
        callout = await calloutOf("ada", request);
        await refused(resume("badge-office", request, resumeBody(randomUUID())), 404, "unknownCallout");
        await refused(resume("badge-office", request, resumeBody(callout, { state: "Denied" })), 400, "denialNotAllowed");
        await resume("badge-office", request, resumeBody(callout, { state: "Canceled" }));
        await until("ada", request, "canceled");
    });
    await operation("resume: deny", async () => {
        request = await create("ada", "userAdd", { number: CHECKED });
        callout = await calloutOf("ada", request);
        const body = resumeBody(callout, { state: "Denied", stage: "assignmentRequestApproved" });
        await resume("badge-office", request, body);
        await until("ada", request, "denied", "Denied");
    });
    await operation("approval stage determined by the receiver", async () => {
        await approve(await create("ada", "userAdd", { number: RISKS }));
    });
    await operation("resume, with approval stage callback data", async () => {
        request = await create("ada", "userAdd", { number: MANUAL_RISK });
        callout = await calloutOf("ada", request);
        const body = resumeBody(callout, {
            stage: "assignmentRequestDeterminingApprovalRequirements",
            approvalStage: {
                durationBeforeAutomaticDenial: "P2D",
                isApproverJustificationRequired: false,
                isEscalationEnabled: false,
                primaryApprovers: [{ "@odata.type": "#microsoft.graph.singleUser", userId: GRACE }],
            },
        });
        await resume("risk-engine", request, body);
        await refused(resume("risk-engine", request, body), 409, "alreadyResumed");
        await approve(request);
    });
    await operation("reprocess", async () => {
        request = await create("ada", "userAdd", { number: BROKEN });
        await until("ada", request, "deliveryFailed");
        await refused(call("ada", `${requests}/${request}/reprocess`).post(), 403, "notPermitted");
        await call("oscar", `${requests}/${request}/reprocess`).post();
        await until("ada", request, "delivered");
    });
}

async function reading() {
    const mine = [];
    await operation("get", async () => {
        for (let count = 0; count < 3; count += 1) {
            mine.push(await create("scout", "userAdd", { number: SALES }));
            const shown = await until("scout", mine.at(-1), "delivered", "Fulfilled");
            assert.ok(new Date(shown.createdDateTime) >= began.getTime() - 5000 && shown.completedDateTime);
        }
    });
    const since = `createdDateTime ge ${began.toISOString()}`;
    const scouts = `requestor/objectId eq '${SCOUT}' and ${since}`;
    const list = (token = "oscar") => call(token, requests);
    const all = async (request) => allPages("oscar", await request.get());
    const isWhole = (items) => assert.deepEqual([...new Set(ids(items))].sort(), [...mine].sort());
    await operation("list: pages of two, with the page iterator", async () => {
        const first = await list().top(2).filter(scouts).get();
        assert.equal(first.value.length, 2);
        assert.ok(first["@odata.nextLink"]);
        isWhole(await allPages("oscar", first));
    });
    await operation("list: $count", async () => {
        assert.equal((await list().top(1).count(true).filter(scouts).get())["@odata.count"], mine.length);
    });
    await operation("$count path", async () => {
        assert.equal(Number(await call("oscar", `${requests}/$count`).filter(scouts).get()), mine.length);
    });
    await operation("list: $skip", async () => {
        assert.equal((await all(list().skip(1).filter(scouts))).length, mine.length - 1);
    });
    const conditions = {
        state: `state eq 'delivered' and ${since}`,
        status: `status eq 'Fulfilled' and ${since}`,
        requestor: scouts,
        target: `assignment/target/objectId eq '${SCOUT}' and ${since}`,
        createdDateTime: `${since} and createdDateTime lt 2999-01-01T00:00:00Z`,
    };
    for (const [name, condition] of Object.entries(conditions)) {
        await operation(`list: $filter by ${name}`, async () => {
            const found = ids(await all(list().filter(condition)));
            assert.ok(mine.every((request) => found.includes(request)), String(found));
        });
    }
    await operation("list: $orderby createdDateTime desc", async () => {
        const times = (await all(list().orderby("createdDateTime desc").filter(scouts))).map((one) => one.createdDateTime);
        assert.deepEqual(times, [...times].sort((a, b) => new Date(b) - new Date(a)));
    });
    await operation("list: $select", async () => {
        const { value: [first] } = await list().select("id,state").top(1).get();
        assert.deepEqual(Object.keys(first).filter((name) => !name.startsWith("@")).sort(), ["id", "state"]);
    });
    await operation("list: $expand", async () => {
        const { value: [first] } = await list().expand("assignment,accessPackage,requestor").filter(scouts).get();
        assert.deepEqual([first.requestor.objectId, first.accessPackage.displayName], [SCOUT, "Sales tools"]);
        assert.ok(first.assignment.id);
    });
    await operation("get: $select and $expand", async () => {
        const shown = await one("scout", mine[0]).select("id").expand("requestor").get();
        assert.deepEqual([shown.id, shown.requestor.objectId, shown.state], [mine[0], SCOUT, undefined]);
    });
    await operation("query option that is not supported", async () => {
        await refused(list().search("sales").get(), 400, "unsupportedQueryOption");
    });
    await operation("navigation: assignment, requestor, accessPackage", async () => {
        assert.ok((await call("scout", `${requests}/${mine[0]}/assignment`).get()).id);
        assert.equal((await call("scout", `${requests}/${mine[0]}/requestor`).get()).objectId, SCOUT);
        assert.equal((await call("scout", `${requests}/${mine[0]}/accessPackage`).get()).id, id("b", SALES));
    });
    await operation("client-request-id", async () => {
        const raw = one("scout", mine[0]).header("client-request-id", "nightly run 7").responseType(ResponseType.RAW);
        const response = await raw.get();
        assert.equal(response.headers.get("client-request-id"), "nightly run 7");
        await response.arrayBuffer();
    });
}

async function relations() {
    const own = await create("ada", "userAdd", { number: MANUAL });
    const behalf = await create("grace", "onBehalfAdd", { number: SALES, target: ADA });
    const agent = await create("scout", "userAdd", { number: MANUAL });
    const approval = await pending("bob");
    await listed("grace", `${approvals}/filterByCurrentUser(on='approver')`, approval);
    await operation("create a second open request for the same access is refused", async () => {
        await refused(call("ada", requests).post(draft("userAdd", { number: MANUAL })), 409, "alreadyOpen");
    });
    const expected = {
        target: ["ada", own], createdBy: ["ada", own], approver: ["grace", approval], targetOrRequestor: ["ada", behalf],
        targetManager: ["grace", own], requestForOthers: ["grace", behalf], targetAgentIdentitySponsorOrOwner: ["ada", agent],
    };
    for (const [on, [token, request]] of Object.entries(expected)) {
        await operation(`filterByCurrentUser(${on})`, async () => {
            for (const [who, isThere] of [[token, true], ["mallory", false]]) {
                const found = await call(who, `${requests}/filterByCurrentUser(on='${on}')`).top(100).get();
                assert.equal(ids(await allPages(who, found)).includes(request), isThere, who);
            }
        });
    }
    for (const [token, request] of [["ada", own], ["scout", agent]]) {
        await resume("badge-office", request, resumeBody(await calloutOf(token, request), { state: "Canceled" }));
    }
    await call("oscar", `${requests}/${approval}/cancel`).post();
}

async function conditions() {
    let request;
    await operation("If-Match with a stale entity tag", async () => {
        request = await pending("bob");
        const response = await one("bob", request).responseType(ResponseType.RAW).get();
        await response.arrayBuffer();
        const cancel = (tag) => call("bob", `${requests}/${request}/cancel`).header("If-Match", tag).post();
        await refused(cancel('W/"1"'), 412, "revisionConflict");
        await cancel(response.headers.get("etag"));
        await until("bob", request, "canceled");
    });
    await operation("$batch", async () => {
        const at = (path, init) => new Request(`${hosts[0]}${path}`, init);
        const headers = { "Content-Type": "application/json" };
        const body = JSON.stringify(draft("userAdd", { number: SALES }));
        const content = new BatchRequestContent([
            { id: "1", request: at(requests, { method: "POST", headers, body }) },
            { id: "2", request: at(`${requests}/${request}`, { method: "GET" }) },
            { id: "3", request: at(`${requests}/${randomUUID()}`, { method: "GET" }) },
            { id: "4", request: at(`${requests}/${request}/cancel`, { method: "POST", headers, body: "{}" }) },
        ]);
        const answers = new BatchResponseContent(await call("bob", "/$batch").post(await content.getContent()));
        const statuses = ["1", "2", "3", "4"].map((number) => answers.getResponseById(number).status);
        assert.deepEqual(statuses, [201, 200, 404, 409]);
        assert.equal((await answers.getResponseById("2").json()).id, request);
    });
    await operation("$batch, in which one depends on another", async () => {
        const at = (path, init) => new Request(`${hosts[0]}${path}`, init);
        const content = new BatchRequestContent([
            { id: "1", request: at(`${requests}/${randomUUID()}`, { method: "GET" }) },
            { id: "2", request: at(`${requests}/${request}`, { method: "GET" }), dependsOn: ["1"] },
        ]);
        const answers = new BatchResponseContent(await call("bob", "/$batch").post(await content.getContent()));
        assert.deepEqual(["1", "2"].map((number) => answers.getResponseById(number).status), [404, 424]);
    });
}

async function strangers() {
    let real;
    const calls = (request, stage) => [
        one("mallory", request).get(), one("mallory", request).delete(),
        call("mallory", `${requests}/${request}/cancel`).post(), call("mallory", `${requests}/${request}/reprocess`).post(),
        resume("mallory", request, resumeBody(randomUUID())),
        ...["assignment", "requestor", "accessPackage"].map((name) => call("mallory", `${requests}/${request}/${name}`).get()),
        call("mallory", `${approvals}/${request}`).get(), call("mallory", stagesOf(request)).get(),
        call("mallory", `${stagesOf(request)}/$count`).get(), call("mallory", `${stagesOf(request)}/${stage}`).get(),
        call("mallory", `${stagesOf(request)}/${stage}`).patch({ reviewResult: "Approve" }),
    ];
    await operation("a stranger gets the same 404 for everything", async () => {
        real = await pending("bob");
        const { id: stage } = await firstStage("grace", real);
        const texts = [];
        for (const request of [real, randomUUID()]) {
            const errors = await Promise.all(calls(request, stage).map((promise) => refused(promise, 404, "noRequest")));
            texts.push(errors.map((error) => error.message.replaceAll(request, "ID")));
        }
        assert.deepEqual(texts[0], texts[1]);
        await call("oscar", `${requests}/${real}/cancel`).post();
    });
    await operation("a stranger's lists are without it", async () => {
        assert.ok(!ids(await allPages("mallory", await call("mallory", requests).get())).includes(real));
        assert.ok(!ids(await allPages("mallory", await call("mallory", approvals).get())).includes(real));
    });
    await operation("a token that nobody has", async () => {
        const error = await failure(call("nobody", requests).get());
        assert.equal(error.statusCode, 401, told(error));
    });
}

for (const scenario of [
    selfService, administrators, others, answersAndApproval, callouts, reading, relations, conditions, strangers,
]) {
    try {
        await scenario();
    } catch (error) {
        await operation(`scenario ${scenario.name}, between its operations`, () => Promise.reject(error));
    }
}
