"""Requests (申请), approvals (审批), budgets (预算), the ledger: what a team spends, who allowed it, what is left."""
