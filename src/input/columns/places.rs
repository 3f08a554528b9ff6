//! A place of the county's own list; a blank village is the township's seat.

use super::Column;

/// 行政区划代码
pub const REGION_CODE: Column = Column::new("region_code", "行政区划代码", &["区划代码"])
    .example("990101100000")
    .note("文本格式", "2 to 12 digits as text");
/// 乡镇
pub const TOWNSHIP: Column =
    Column::new("township", "乡镇", &["乡镇街道", "乡（镇）"]).example("示例镇").note("乡镇", "township");
/// 村
pub const VILLAGE: Column = Column::new("village", "村", &["村社区", "村（居）", "村居"])
    .example("示例村")
    .note("空白为乡镇驻地", "blank for the seat");
/// 经度
pub const LONGITUDE: Column =
    Column::new("longitude", "经度", &[]).example("109.40").note("十进制度", "degrees east");
/// 纬度
pub const LATITUDE: Column =
    Column::new("latitude", "纬度", &[]).example("29.50").note("十进制度", "degrees north");
/// 坐标系
pub const DATUM: Column =
    Column::new("datum", "坐标系", &["坐标系统"]).example("WGS-84").note("坐标系", "WGS-84/GCJ-02/BD-09");

/// Every column, in the order of the template.
pub const ALL: &[Column] = &[REGION_CODE, TOWNSHIP, VILLAGE, LONGITUDE, LATITUDE, DATUM];
