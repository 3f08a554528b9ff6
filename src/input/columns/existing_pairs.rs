//! A pair that is alive, set for this run, or over.

use super::Column;

/// 儿童编号
pub const CHILD: Column = Column::new("child", "儿童编号", &["child_id"])
    .example("示例-C001")
    .note("儿童编号", "number of the child");
/// 志愿者编号
pub const VOLUNTEER: Column = Column::new("volunteer", "志愿者编号", &["volunteer_id"])
    .example("示例-V001")
    .note("志愿者编号", "number of the volunteer unit");
/// 状态
pub const STATE: Column =
    Column::new("state", "状态", &["结对状态"]).example("保持").note("保持/指定/已结束", "保持/指定/已结束");
/// 开始日期
pub const BEGAN_ON: Column =
    Column::new("began_on", "开始日期", &["结对日期"]).example("2025-09-01").note("日期", "date");
/// 结束日期
pub const ENDED_ON: Column = Column::new("ended_on", "结束日期", &["终止日期"]).note("日期", "date");
/// 相处
pub const WENT_WELL: Column =
    Column::new("went_well", "相处", &["相处情况"]).example("好").note("好/不好", "好/不好");

/// Every column, in the order of the template.
pub const ALL: &[Column] = &[CHILD, VOLUNTEER, STATE, BEGAN_ON, ENDED_ON, WENT_WELL];
