//! A code table of administrative divisions, one row each, in the layout in which it is published.

use super::Column;

/// 代码
pub const CODE: Column = Column::new("code", "代码", &["区划代码", "行政区划代码", "统计用区划代码"]);
/// 名称
pub const NAME: Column = Column::new("name", "名称", &["区划名称", "行政区划名称"]);
/// 省级代码
pub const PROVINCE: Column = Column::new("province_code", "省级代码", &["provinceCode", "省代码"]);
/// 地级代码
pub const PREFECTURE: Column = Column::new("city_code", "地级代码", &["cityCode", "市代码"]);
/// 县级代码
pub const COUNTY: Column = Column::new("area_code", "县级代码", &["areaCode", "县代码", "区代码"]);
/// 乡级代码
pub const TOWNSHIP: Column = Column::new("street_code", "乡级代码", &["streetCode", "乡镇代码", "街道代码"]);

/// Every column.
pub const ALL: &[Column] = &[CODE, NAME, PROVINCE, PREFECTURE, COUNTY, TOWNSHIP];
