//! A registered child, one row each.

use super::Column;

/// 儿童编号
pub const ID: Column = Column::new("id", "儿童编号", &["编号", "序号编号", "child_id"])
    .example("示例-C001")
    .note("本县自编号，不用身份证号", "county's own number, never an ID-card number");
/// 姓名
pub const NAME: Column =
    Column::new("name", "姓名", &["儿童姓名"]).personal().example("示例儿童").note("姓名", "name");
/// 性别
pub const SEX: Column = Column::new("sex", "性别", &["儿童性别"])
    .example("女")
    .note("空白时取自身份证号", "taken from the ID number where blank");
/// 出生日期
pub const BIRTH_DATE: Column = Column::new("birth_date", "出生日期", &["出生年月日", "出生年月", "生日"])
    .personal()
    .example("2015.5.1")
    .note("空白时取自身份证号", "date of birth; taken from the ID number where blank");
/// 身份证号
pub const ID_NUMBER: Column = Column::new("id_number", "身份证号", &["身份证号码", "身份证", "公民身份号码"])
    .personal()
    .note("先把整列设为文本再录入", "format the column as text before typing");
/// 联系电话
pub const PHONE: Column = Column::new("phone", "联系电话", &["电话", "联系方式", "手机号"])
    .personal()
    .note("可多人共用，可空白", "may be shared, may be blank");
/// 类别
pub const CATEGORIES: Column = Column::new("categories", "类别", &["儿童类别", "儿童类型"])
    .example("农村留守儿童")
    .note("可多项", "one or more of the code list");
/// 监护风险
pub const RISK: Column = Column::new("risk", "监护风险", &["风险等级", "监护风险等级"])
    .example("中")
    .note("高/中/低，空白视为低", "高/中/低; blank is low");
/// 风险评估日期
pub const RISK_ASSESSED_ON: Column =
    Column::new("risk_assessed_on", "风险评估日期", &["评估日期"]).example("2026-09-10").note("日期", "date");
/// 独居
pub const LIVING_ALONE: Column =
    Column::new("living_alone", "独居", &["是否独居"]).example("否").note("是/否", "是/否");
/// 春节无人在家
pub const NOBODY_HOME_FOR_FESTIVAL: Column =
    Column::new("nobody_home_for_festival", "春节无人在家", &["春节无人在家否"])
        .example("否")
        .note("是/否", "是/否");
/// 家庭编号
pub const HOUSEHOLD: Column = Column::new("household", "家庭编号", &["户编号"])
    .note("兄弟姐妹填同一编号", "the same for brothers and sisters");
/// 监护人
pub const GUARDIAN: Column = Column::new("guardian", "监护人", &["监护人姓名"])
    .personal()
    .example("示例监护人")
    .note("监护人姓名", "name of the guardian");
/// 法律依据
pub const LEGAL_BASIS: Column = Column::new("legal_basis", "法律依据", &["处理依据"])
    .example("监护人同意")
    .note("未满十四周岁必填", "监护人同意 or 法定职责：机关，文号");
/// 结对同意
pub const CONSENT: Column = Column::new("consent", "结对同意", &["监护人是否同意结对", "是否同意结对"])
    .example("同意")
    .note("空白视为未同意", "同意/不同意; blank counts as not given");
/// 同意日期
pub const CONSENT_DATE: Column =
    Column::new("consent_date", "同意日期", &["签字日期"]).example("2026-10-01").note("日期", "date");
/// 同意人身份
pub const CONSENT_GIVER: Column = Column::new("consent_giver", "同意人身份", &["签字人身份"])
    .example("监护人")
    .note("监护人/受托照护人（有协议）/照料人", "监护人/受托照护人（有协议）/照料人");
/// 本人意愿
pub const WISH: Column = Column::new("wish", "本人意愿", &["儿童本人意愿"])
    .example("愿意")
    .note("八周岁起必须征求", "愿意/不愿意; asked from age 8");
/// 意愿日期
pub const WISH_DATE: Column =
    Column::new("wish_date", "意愿日期", &["征求意愿日期"]).example("2026-10-01").note("日期", "date");
/// 语言
pub const LANGUAGES: Column = Column::new("languages", "语言", &["方言", "语言方言"])
    .example("普通话、西南官话")
    .note("家乡话写在最前", "the home language first");
/// 曾结对志愿者
pub const PREVIOUS_VOLUNTEERS: Column = Column::new("previous_volunteers", "曾结对志愿者", &["原结对志愿者"])
    .note("编号", "numbers of earlier good volunteers");
/// 回避志愿者
pub const EXCLUDED_VOLUNTEERS: Column = Column::new("excluded_volunteers", "回避志愿者", &["需回避志愿者"])
    .note("编号：亲属、冲突、谢绝", "numbers; kinship, conflict, refusal");
/// 需求
pub const NEEDS: Column = Column::new("needs", "需求", &["服务需求", "需求情况"])
    .example("陪伴走访（必需，线下，每周60分钟）；学业辅导：数学 三年级（希望）")
    .note("各项以；分隔", "items separated by ；");
/// 可服务时段
pub const AVAILABILITY: Column =
    Column::new("availability", "可服务时段", &["时段", "可接受服务时段", "空闲时间"])
        .example("周六 09:00-11:30；学校：周三 16:30-18:00")
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
/// 父母状况
pub const PARENT_STANDING: Column = Column::new("parent_standing", "父母状况", &["父母情况"])
    .example("正常")
    .note("同左", "正常/不详/撤销监护资格/人身安全保护令/中止探望/涉隐患报告/在押/已故或失联");
/// 父母可通话时段
pub const PARENT_HOURS: Column = Column::new("parent_hours", "父母可通话时段", &["父母通话时段"])
    .example("周日 19:00-20:30")
    .note("按父母当地时间", "on the parents' own clock");
/// 父母时区
pub const PARENT_TIME_ZONE: Column = Column::new("parent_time_zone", "父母时区", &["父母所在时区"])
    .note("空白为北京时间", "UTC+9, 东京, Asia/Tokyo; blank is UTC+8");
/// 父母返乡
pub const PARENTS_HOME: Column = Column::new("parents_home", "父母返乡", &["返乡时间"])
    .example("2027.1.25-2027.2.20")
    .note("起止日期", "first and last day");
/// 通话设备
pub const CALL_DEVICE: Column = Column::new("call_device", "通话设备", &["视频设备"])
    .example("家中")
    .note("家中/学校/社区场所/无", "家中/学校/社区场所/无");
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
/// 学校乡镇
pub const SCHOOL_TOWNSHIP: Column = Column::new("school_township", "学校乡镇", &["学校所在乡镇"])
    .note("寄宿学校所在", "where the boarding school is");
/// 学校村
pub const SCHOOL_VILLAGE: Column =
    Column::new("school_village", "学校村", &["学校所在村"]).note("同上", "as above");

/// Every column, in the order of the template.
pub const ALL: &[Column] = &[
    ID,
    NAME,
    SEX,
    BIRTH_DATE,
    ID_NUMBER,
    PHONE,
    CATEGORIES,
    RISK,
    RISK_ASSESSED_ON,
    LIVING_ALONE,
    NOBODY_HOME_FOR_FESTIVAL,
    HOUSEHOLD,
    GUARDIAN,
    LEGAL_BASIS,
    CONSENT,
    CONSENT_DATE,
    CONSENT_GIVER,
    WISH,
    WISH_DATE,
    LANGUAGES,
    PREVIOUS_VOLUNTEERS,
    EXCLUDED_VOLUNTEERS,
    NEEDS,
    AVAILABILITY,
    TERM_HOURS,
    WINTER_HOLIDAY_HOURS,
    SPRING_FESTIVAL_HOURS,
    SUMMER_HOLIDAY_HOURS,
    PARENT_STANDING,
    PARENT_HOURS,
    PARENT_TIME_ZONE,
    PARENTS_HOME,
    CALL_DEVICE,
    REGION_CODE,
    TOWNSHIP,
    VILLAGE,
    LONGITUDE,
    LATITUDE,
    DATUM,
    SCHOOL_TOWNSHIP,
    SCHOOL_VILLAGE,
];
