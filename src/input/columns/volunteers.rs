//! An adult of a volunteer unit, one row each.

use super::Column;

/// 志愿者编号
pub const ID: Column = Column::new("id", "志愿者编号", &["编号", "volunteer_id"])
    .example("示例-V001")
    .note("自编号", "the organisation's own number");
/// 组队编号
pub const UNIT: Column = Column::new("unit", "组队编号", &["队伍编号"])
    .note("同一家庭或团队填同一编号", "the same for the adults of one family or team");
/// 组队形式
pub const UNIT_KIND: Column = Column::new("unit_kind", "组队形式", &["服务形式"])
    .example("个人")
    .note("个人/家庭/团队", "个人/家庭/团队");
/// 负责人
pub const LEAD: Column = Column::new("lead", "负责人", &["是否负责人"])
    .example("是")
    .note("每队一人", "是 on one row of the unit");
/// 姓名
pub const NAME: Column =
    Column::new("name", "姓名", &["志愿者姓名"]).personal().example("示例志愿者").note("姓名", "name");
/// 性别
pub const SEX: Column = Column::new("sex", "性别", &[])
    .example("女")
    .note("空白时取自身份证号", "sex; taken from the ID number where blank");
/// 出生日期
pub const BIRTH_DATE: Column = Column::new("birth_date", "出生日期", &["出生年月日", "出生年月", "生日"])
    .personal()
    .example("1988/3/12")
    .note("空白时取自身份证号", "date of birth; taken from the ID number where blank");
/// 身份证号
pub const ID_NUMBER: Column = Column::new("id_number", "身份证号", &["身份证号码", "身份证", "公民身份号码"])
    .personal()
    .note("有误则暂缓结对", "a broken number holds the unit");
/// 手机
pub const PHONE: Column =
    Column::new("phone", "手机", &["手机号", "联系电话", "电话"]).personal().note("手机", "phone");
/// 志愿者类型
pub const KINDS: Column = Column::new("kinds", "志愿者类型", &["类型", "人员类型"])
    .example("巾帼志愿者、教师")
    .note("可多项", "one or more of the code list");
/// 志愿服务队
pub const TEAM: Column = Column::new("team", "志愿服务队", &["所属队伍"])
    .example("示例志愿服务队")
    .note("所属组织", "organisation");
/// 同意查询
pub const QUERY_CONSENT: Column = Column::new("query_consent", "同意查询", &["同意从业查询"])
    .example("是")
    .note("是/否", "agreed to the record check");
/// 查询类型
pub const SCREENING_KIND: Column = Column::new("screening_kind", "查询类型", &["从业查询类型"])
    .example("从业查询")
    .note("从业查询/无犯罪记录证明", "从业查询/无犯罪记录证明");
/// 查询结果
pub const SCREENING_RESULT: Column = Column::new("screening_result", "查询结果", &["从业查询结果"])
    .example("通过")
    .note("空白视为未通过查询", "通过/未通过/查询中; blank is not passed");
/// 查询机关
pub const SCREENING_AUTHORITY: Column = Column::new("screening_authority", "查询机关", &["从业查询机关"])
    .example("示例县公安局")
    .note("查询单位", "who made it");
/// 查询日期
pub const SCREENING_DATE: Column =
    Column::new("screening_date", "查询日期", &["从业查询日期"]).example("2026-09-15").note("日期", "date");
/// 从业查询有效期至
pub const SCREENING_VALID_THROUGH: Column =
    Column::new("screening_valid_through", "从业查询有效期至", &["查询有效期至", "有效期至"])
        .example("2027-09-14")
        .note("不超过政策规定", "never longer than the policy says");
/// 查询编号
pub const SCREENING_REFERENCE: Column = Column::new("screening_reference", "查询编号", &["从业查询编号"])
    .personal()
    .example("示例-0001")
    .note("只填编号，不填内容", "reference, never the content");
/// 培训
pub const TRAINING: Column = Column::new("training", "培训", &["岗前培训"])
    .example("已完成")
    .note("已完成或日期", "已完成 or the date");
/// 协议
pub const AGREEMENT: Column =
    Column::new("agreement", "协议", &["服务协议"]).example("已签").note("已签或日期", "已签 or the date");
/// 可结对户数
pub const CAPACITY: Column =
    Column::new("capacity", "可结对户数", &["结对户数", "名额"]).example("1").note("以户计", "in households");
/// 专项服务名额
pub const SERVICE_CAPACITY: Column = Column::new("service_capacity", "专项服务名额", &["专项名额"])
    .note("专业服务人数", "children for specialist services");
/// 最多兄弟姐妹数
pub const MAX_SIBLINGS: Column = Column::new("max_siblings", "最多兄弟姐妹数", &["同户最多儿童数"])
    .example("2")
    .note("同一户最多几人", "of one household");
/// 承诺服务至
pub const COMMITTED_THROUGH: Column =
    Column::new("committed_through", "承诺服务至", &["服务截止日期", "服务期至"])
        .example("2027-12-31")
        .note("空白为长期", "date; blank is open-ended");
/// 技能
pub const SKILLS: Column = Column::new("skills", "技能", &["特长", "服务技能"])
    .example("学业辅导：数学、语文（至六年级）；安全教育")
    .note("各项以；分隔", "items separated by ；");
/// 可达公里
pub const REACH_KM: Column = Column::new("reach_km", "可达公里", &["服务半径", "最远公里"])
    .example("15")
    .note("直线公里", "as the crow flies");
/// 可达分钟
pub const REACH_MINUTES: Column =
    Column::new("reach_minutes", "可达分钟", &["最远分钟"]).note("单程分钟", "one way");
/// 可服务时段
pub const AVAILABILITY: Column = Column::new("availability", "可服务时段", &["时段", "空闲时间", "服务时间"])
    .example("周三 16:00-18:00；周六上午")
    .note("各季通用", "hours in every season without a column of its own");
/// 学期时段
pub const TERM_HOURS: Column =
    Column::new("term_hours", "学期时段", &["上学期间时段"]).note("学期", "hours in term");
/// 寒假时段
pub const WINTER_HOLIDAY_HOURS: Column =
    Column::new("winter_holiday_hours", "寒假时段", &[]).note("寒假", "hours in the winter holiday");
/// 春节时段
pub const SPRING_FESTIVAL_HOURS: Column =
    Column::new("spring_festival_hours", "春节时段", &[]).note("春节", "hours at Spring Festival");
/// 暑假时段
pub const SUMMER_HOLIDAY_HOURS: Column =
    Column::new("summer_holiday_hours", "暑假时段", &[]).note("暑假", "hours in the summer holiday");
/// 语言
pub const LANGUAGES: Column = Column::new("languages", "语言", &["方言", "语言方言"])
    .example("普通话")
    .note("空白为普通话", "blank is 普通话");
/// 儿童年龄
pub const AGE_RANGE: Column = Column::new("age_range", "儿童年龄", &["可结对年龄"])
    .example("6-12")
    .note("愿意结对的年龄", "first and last age she takes");
/// 儿童性别
pub const CHILD_SEX: Column =
    Column::new("child_sex", "儿童性别", &["可结对性别"]).note("只结对此性别", "only this sex");
/// 服务场所
pub const SETTINGS: Column =
    Column::new("settings", "服务场所", &["服务地点"]).note("空白为不限", "家中/学校/社区场所; blank is any");
/// 服务区划
pub const REGION_SCOPE: Column = Column::new("region_scope", "服务区划", &["所属区划"])
    .note("组织负责的区划", "the division her organisation answers for");
/// 限定区划
pub const REGIONS: Column =
    Column::new("regions", "限定区划", &["只去区划"]).note("只在这些区划服务", "only these divisions");
/// 回避村
pub const EXCLUDED_VILLAGES: Column =
    Column::new("excluded_villages", "回避村", &["不去的村"]).note("村名", "villages by name");
/// 儿童类别
pub const CATEGORY_LIMIT: Column = Column::new("category_limit", "儿童类别", &["可结对类别"])
    .note("只结对这些类别", "only these categories");
/// 每周分钟上限
pub const MINUTES_PER_WEEK: Column =
    Column::new("minutes_per_week", "每周分钟上限", &["每周最多分钟"]).note("每户每周", "for one household");
/// 行政区划代码
pub const REGION_CODE: Column =
    Column::new("region_code", "行政区划代码", &["区划代码"]).note("文本格式", "2 to 12 digits as text");
/// 乡镇
pub const TOWNSHIP: Column = Column::new("township", "乡镇", &["乡镇街道", "所在乡镇", "乡（镇）"])
    .example("示例镇")
    .note("乡镇", "township");
/// 村
pub const VILLAGE: Column = Column::new("village", "村", &["村社区", "村（居）", "村居", "所在村"])
    .example("示例村")
    .note("村或社区", "village");
/// 经度
pub const LONGITUDE: Column =
    Column::new("longitude", "经度", &[]).personal().note("十进制度", "degrees east");
/// 纬度
pub const LATITUDE: Column =
    Column::new("latitude", "纬度", &[]).personal().note("十进制度", "degrees north");
/// 坐标系
pub const DATUM: Column = Column::new("datum", "坐标系", &["坐标系统"])
    .note("有经纬度时必填", "WGS-84/GCJ-02/BD-09; needed with coordinates");

/// Every column, in the order of the template.
pub const ALL: &[Column] = &[
    ID,
    UNIT,
    UNIT_KIND,
    LEAD,
    NAME,
    SEX,
    BIRTH_DATE,
    ID_NUMBER,
    PHONE,
    KINDS,
    TEAM,
    QUERY_CONSENT,
    SCREENING_KIND,
    SCREENING_RESULT,
    SCREENING_AUTHORITY,
    SCREENING_DATE,
    SCREENING_VALID_THROUGH,
    SCREENING_REFERENCE,
    TRAINING,
    AGREEMENT,
    CAPACITY,
    SERVICE_CAPACITY,
    MAX_SIBLINGS,
    COMMITTED_THROUGH,
    SKILLS,
    REACH_KM,
    REACH_MINUTES,
    AVAILABILITY,
    TERM_HOURS,
    WINTER_HOLIDAY_HOURS,
    SPRING_FESTIVAL_HOURS,
    SUMMER_HOLIDAY_HOURS,
    LANGUAGES,
    AGE_RANGE,
    CHILD_SEX,
    SETTINGS,
    REGION_SCOPE,
    REGIONS,
    EXCLUDED_VILLAGES,
    CATEGORY_LIMIT,
    MINUTES_PER_WEEK,
    REGION_CODE,
    TOWNSHIP,
    VILLAGE,
    LONGITUDE,
    LATITUDE,
    DATUM,
];
