#include "bpmn/model.h"

static const char *const TYPE[BPMN_KIND_COUNT] = {
    [BPMN_START] = "bpmn:StartEvent",
    [BPMN_END] = "bpmn:EndEvent",
    [BPMN_CATCH] = "bpmn:IntermediateCatchEvent",
    [BPMN_THROW] = "bpmn:IntermediateThrowEvent",
    [BPMN_BOUNDARY] = "bpmn:BoundaryEvent",
    [BPMN_TASK] = "bpmn:Task",
    [BPMN_USER_TASK] = "bpmn:UserTask",
    [BPMN_MANUAL_TASK] = "bpmn:ManualTask",
    [BPMN_SERVICE_TASK] = "bpmn:ServiceTask",
    [BPMN_RULE_TASK] = "bpmn:BusinessRuleTask",
    [BPMN_SCRIPT_TASK] = "bpmn:ScriptTask",
    [BPMN_SEND_TASK] = "bpmn:SendTask",
    [BPMN_RECEIVE_TASK] = "bpmn:ReceiveTask",
    [BPMN_CALL] = "bpmn:CallActivity",
    [BPMN_SUBPROCESS] = "bpmn:SubProcess",
    [BPMN_EVENT_SUBPROCESS] = "bpmn:SubProcess",
    [BPMN_EXCLUSIVE] = "bpmn:ExclusiveGateway",
    [BPMN_PARALLEL] = "bpmn:ParallelGateway",
    [BPMN_INCLUSIVE] = "bpmn:InclusiveGateway",
    [BPMN_EVENT_GATEWAY] = "bpmn:EventBasedGateway",
};

const char *bpmn_type(const struct bpmn_node *n) {
    assert(n && n->kind < BPMN_KIND_COUNT);
    return n->transaction ? "bpmn:Transaction" : TYPE[n->kind];
}

/* Linear: names are looked up when a state is read, at most a few dozen. */
uint32_t bpmn_node_find(const struct bpmn_model *m, struct span id) {
    for (uint32_t i = 0; i < m->node_count; i++)
        if (span_is(id, m->node[i].id))
            return i;
    return BPMN_NONE;
}

uint32_t bpmn_flow_find(const struct bpmn_model *m, struct span id) {
    for (uint32_t i = 0; i < m->flow_count; i++)
        if (span_is(id, m->flow[i].id))
            return i;
    return BPMN_NONE;
}
