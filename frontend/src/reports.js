// The supervisor's page, calls and figures: each page starts what it needs.
import { startCall } from "./reports/call.js";
import { startCalls } from "./reports/calls.js";
import { startKpi } from "./reports/kpi.js";
import { startSupervisor } from "./reports/supervisor.js";

const start = { supervisor: startSupervisor, calls: startCalls, call: startCall, kpi: startKpi }[document.body.dataset.room];
if (start) start();
