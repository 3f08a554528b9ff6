//! How somebody answered a proposal.

use super::Column;

/// 儿童编号
pub const CHILD: Column = Column::new("child", "儿童编号", &["child_id"])
    .example("示例-C001")
    .note("儿童编号", "number of the child");
/// 志愿者编号
pub const VOLUNTEER: Column = Column::new("volunteer", "志愿者编号", &["volunteer_id"])
    .example("示例-V001")
    .note("志愿者编号", "number of the volunteer unit");
/// 答复
pub const ANSWER: Column =
    Column::new("answer", "答复", &["回复", "是否接受"]).example("接受").note("接受/婉拒", "接受/婉拒");
/// 理由
pub const REASON: Column = Column::new("reason", "理由", &["原因"]).note("原因", "why");
/// 日期
pub const ANSWERED_ON: Column =
    Column::new("answered_on", "日期", &["答复日期"]).example("2026-11-20").note("日期", "date");

/// Every column, in the order of the template.
pub const ALL: &[Column] = &[CHILD, VOLUNTEER, ANSWER, REASON, ANSWERED_ON];
