/** Rules of budgets: what a comment allows a model to cost. */
import type { RuleText } from "./rule.ts"

export const budgetRules = {
  "over-budget": {
    severity: "error",
    title: "A model costs more than the comment at it allows.",
    what: "`# layerscope: max-params 5M` or `max-macs 1G` stands above, in or behind a model, and its count is known and larger. MACs are those of one example, and count only where the input's sizes are stated or follow from the layers. What is not known is never over a budget.",
    why: "A phone or a browser holds only so much. In `layerscope check` the problem makes the exit status 1, so that a change that makes the model larger is seen in review.",
    wrong: "# layerscope: max-params 500\nmodel = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))",
    right: "# layerscope: max-params 1k, max-macs 1k\nmodel = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))",
    fix: "Make the model narrower, use grouped or depthwise-separable convolutions, or raise the budget where the cost is meant.",
  },
  "unreadable-budget": {
    severity: "warning",
    title: "A budget does not read as one.",
    what: "A comment says `max-params` or `max-macs` and no number follows, or something else stands beside it. Numbers may have `k`, `M`, `G` (or `B`) and `T`: thousands, millions, thousand millions, million millions.",
    why: "A budget that is not read is never exceeded, and nobody would notice.",
    wrong: "# layerscope: max-params five million\nmodel = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))",
    right: "# layerscope: max-params 5M\nmodel = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 5))",
    fix: "Write `max-params 5M`, `max-macs 1.5G`, or both with a comma between.",
  },
} satisfies Record<string, RuleText>
