//! The input rules by number. Each says what is wrong, what it does to the row and what to do about it.
//!
//! Only the code list stands here; `children`, `volunteers`, `pairs`, `places` and `load` check. The page
//! `docs/INPUT_RULES.md` is [`documentation`], and a test compares the two.

use super::values::Text;

/// What a finding does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is planned until it is put right.
    RejectsFile,
    /// The row stays out of the plan and is counted.
    QuarantinesRow,
    /// The volunteer is known but held until it is put right.
    HoldsVolunteer,
    /// The cell is taken as blank, and the row is flagged.
    DropsField,
    /// The row is used as it is.
    Notes,
}

impl Severity {
    /// Every severity, the gravest first.
    pub const ALL: [Self; 5] =
        [Self::RejectsFile, Self::QuarantinesRow, Self::HoldsVolunteer, Self::DropsField, Self::Notes];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RejectsFile => "rejects_file",
            Self::QuarantinesRow => "quarantines_row",
            Self::HoldsVolunteer => "holds_volunteer",
            Self::DropsField => "drops_field",
            Self::Notes => "notes",
        }
    }

    /// Chinese and English name.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::RejectsFile => ("拒收", "rejects the file"),
            Self::QuarantinesRow => ("隔离该行", "quarantines the row"),
            Self::HoldsVolunteer => ("暂缓志愿者", "holds the volunteer"),
            Self::DropsField => ("略去该项", "drops the field and flags"),
            Self::Notes => ("提示", "notes"),
        }
    }
}

macro_rules! input_rules {
    ($($(#[$doc:meta])* $variant:ident $code:literal $severity:ident
        $cause_zh:literal $cause_en:literal $remedy_zh:literal $remedy_en:literal;)+) => {
        /// An input rule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum InputRule { $($(#[$doc])* $variant,)+ }

        impl InputRule {
            /// Every rule, by number.
            pub const ALL: [Self; [$(Self::$variant),+].len()] = [$(Self::$variant),+];

            /// Stable code.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What a finding of this rule does.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)+ }
            }

            /// What is wrong, where the value has nothing more exact to say.
            pub const fn cause(self) -> Text {
                match self { $(Self::$variant => Text::fixed($cause_zh, $cause_en),)+ }
            }

            /// What to do about it, where the value has nothing more exact to say.
            pub const fn remedy(self) -> Text {
                match self { $(Self::$variant => Text::fixed($remedy_zh, $remedy_en),)+ }
            }
        }
    };
}

input_rules! {
    /// A sheet that must be there is not.
    FileMissing "I001" RejectsFile
        "缺少必需的表" "a required sheet is missing"
        "放入 children.csv 和 volunteers.csv，或含“儿童”“志愿者”两页的一个 .xlsx；空表样可用 jiedui template 生成"
        "provide children.csv and volunteers.csv, or one .xlsx with the sheets 儿童 and 志愿者; jiedui template writes empty ones";
    /// Nobody can tell which of two sources counts.
    TwoSources "I002" RejectsFile
        "同一文件夹里既有 .xlsx 又有 .csv，或有多个 .xlsx" "the folder holds an .xlsx and a .csv, or several .xlsx"
        "只留一种：一个 .xlsx，或一组 .csv" "keep one kind: one .xlsx, or the .csv files";
    /// The bytes are no table.
    TableUnreadable "I003" RejectsFile
        "表读不出来" "the table cannot be read"
        "用 Excel 打开后另存为 .xlsx 或 CSV UTF-8" "open it in Excel and save it as .xlsx or CSV UTF-8";
    /// Nobody in it.
    SheetEmpty "I004" RejectsFile
        "表里没有一行数据" "the sheet has no row of data"
        "至少填写一人，表头之下每人一行" "enter at least one person, one row each below the headers";
    /// No column of numbers.
    NoIdColumn "I005" RejectsFile
        "没有编号一栏" "there is no column of ids"
        "加一栏“儿童编号”或“志愿者编号”，每人一个不重复的编号" "add a column 儿童编号 or 志愿者编号 with a different id for each person";
    /// The same number twice.
    DuplicateId "I006" RejectsFile
        "编号重复" "the id appears more than once"
        "一人一个编号；确为同一人时只留一行" "give each person her own id; keep one row where it is the same person";
    /// The run has no dates.
    RunDatesMissing "I007" RejectsFile
        "没有运行日期和服务时段" "the date of the run and the period served are not given"
        "加上 --date、--from、--to，或在 policy.toml 的 [run] 中写 date、from、to"
        "pass --date, --from and --to, or write date, from and to under [run] in policy.toml";
    /// The policy cannot be used.
    PolicyUnusable "I008" RejectsFile
        "policy.toml 有误" "policy.toml cannot be used"
        "按所指位置改正；完整样例可用 jiedui template 生成" "correct it where the message points; jiedui template writes a complete one";
    /// A header that nobody asked for.
    UnknownHeader "I009" Notes
        "不认识的表头，该栏未使用" "an unknown header: the column was not used"
        "如应使用，改成表样中的名称" "if it matters, rename it as in the template";
    /// A row that was taken for a total, a signature, a repeated header or an example.
    RowSkipped "I010" Notes
        "该行看作合计、落款、重复表头或示例，未读入" "the row was taken for a total, a signature, a repeated header or an example, and not read"
        "如是人员，请去掉“合计”“填表人”“示例”等字样" "if it is a person, remove words such as 合计, 填表人 or 示例";

    /// A row without its number.
    BlankId "I020" QuarantinesRow
        "编号空白" "the id is blank"
        "补上编号" "enter an id";
    /// Sex cannot be known.
    ChildSexUnknown "I021" QuarantinesRow
        "性别空白或读不懂，也无有效身份证号可推知" "the sex is blank or unreadable, and no sound ID number tells it"
        "填“男”或“女”" "enter 男 or 女";
    /// Birth cannot be known.
    ChildBirthUnknown "I022" QuarantinesRow
        "出生日期空白或读不懂，也无有效身份证号可推知" "the birth date is blank or unreadable, and no sound ID number tells it"
        "填写年、月、日，如 2013-05-01" "enter year, month and day, such as 2013-05-01";
    /// Not a child on the day of the run.
    NotAChild "I023" QuarantinesRow
        "运行当天尚未出生或已满十八周岁" "not yet born or already 18 on the day of the run"
        "核对出生日期；已成年的转出名单" "check the birth date; take adults off the list";
    /// S9.
    NoLegalBasis "I024" QuarantinesRow
        "不满十四周岁，没有处理其信息的法律依据" "under 14 without a legal basis for processing"
        "在“法律依据”填“监护人同意”或“法定职责：机关，文号”；全表适用的写入 policy.toml"
        "enter 监护人同意 or 法定职责：机关，文号 under 法律依据; a basis for the whole sheet belongs in policy.toml";
    /// Nobody can say where the child lives.
    ChildPlaceUnknown "I025" QuarantinesRow
        "不知住处：无坐标，乡镇、村也不在 places.csv 中" "no place: no coordinates, and township and village are not in places.csv"
        "填写乡镇和村，并在 places.csv 中加上其坐标" "enter township and village, and add their coordinates to places.csv";
    /// The number of the card is broken.
    ChildIdNumber "I026" DropsField
        "身份证号有误" "the ID number is broken"
        "对照证件改正" "correct it from the document";
    /// A cell that cannot be read.
    ChildField "I027" DropsField
        "内容读不懂" "the cell cannot be read"
        "按表样改写" "write it as in the template";
    /// A safety cell that cannot be read counts as not given.
    ChildSafetyField "I028" DropsField
        "安全项读不懂，按未通过处理" "a safety cell cannot be read and counts as not passed"
        "按表样改写" "write it as in the template";
    /// Hours are not known.
    ChildHoursAssumed "I029" Notes
        "可服务时段空白，按规则默认时段" "hours are blank: the policy's default hours stand in"
        "问清后填写" "ask and enter them";
    /// Needs are not known.
    NeedsAssumed "I030" Notes
        "需求空白，按陪伴走访" "needs are blank: companionship stands in"
        "问清后填写" "ask and enter them";
    /// Only the township is known.
    TownshipSeat "I031" Notes
        "只知乡镇，按乡镇驻地计算路程" "only the township is known: distances start from its seat"
        "填写村，并在 places.csv 中加上其坐标" "enter the village, and add its coordinates to places.csv";
    /// No phone.
    NoPhone "I032" Notes
        "没有联系电话" "no phone is known"
        "有条件时补上监护人或村委会电话" "add the guardian's or the village committee's when possible";
    /// Risk was never assessed.
    RiskAssumed "I033" Notes
        "监护风险空白或读不懂，暂按低风险" "the guardianship risk is blank or unreadable and counts as low for now"
        "尽快评估并填写高、中或低" "have it assessed soon and enter 高, 中 or 低";
    /// No category.
    CategoryAssumed "I034" Notes
        "类别空白或读不懂，暂按困境儿童" "the category is blank or unreadable and counts as 困境儿童 for now"
        "填一项或几项：孤儿、事实无人抚养儿童、农村留守儿童、流动儿童、困境儿童"
        "enter one or more: 孤儿, 事实无人抚养儿童, 农村留守儿童, 流动儿童, 困境儿童";
    /// Nobody said who signed.
    ConsentGiverUnknown "I035" Notes
        "已同意，但未写明同意人身份，按无效处理" "agreed, but not said by whom: it does not count"
        "在“同意人身份”填监护人，或有协议的受托照护人" "enter the guardian, or the carer with an agreement, under 同意人身份";
    /// The languages are not known.
    LanguageAssumed "I036" Notes
        "语言空白，按普通话" "languages are blank: Mandarin stands in"
        "如说方言或民族语言，请填写" "enter any dialect or minority language spoken";

    /// Sex or birth of an adult cannot be known.
    AdultUnknown "I050" QuarantinesRow
        "志愿者性别或出生日期空白或读不懂，也无有效身份证号可推知"
        "the adult's sex or birth date is blank or unreadable, and no sound ID number tells it"
        "填写性别和出生日期" "enter sex and birth date";
    /// Nobody can say where she starts from.
    VolunteerPlaceUnknown "I051" QuarantinesRow
        "不知志愿者住处：无坐标，乡镇、村也不在 places.csv 中"
        "no place for the volunteer: no coordinates, and township and village are not in places.csv"
        "填写乡镇和村，并在 places.csv 中加上其坐标" "enter township and village, and add their coordinates to places.csv";
    /// A limit that cannot be read must not be widened to none.
    VolunteerLimit "I052" QuarantinesRow
        "志愿者的限制或名额读不懂，不能当作没有限制" "a limit or capacity cannot be read and must not count as none"
        "按表样改写" "write it as in the template";
    /// One adult of the unit is unusable.
    UnitIncomplete "I053" QuarantinesRow
        "同组有人的行无法使用，全组不参加" "another row of the unit cannot be used, so the whole unit stays out"
        "改正同组的那一行" "correct that row of the unit";
    /// The number of the card is broken.
    VolunteerIdNumber "I054" HoldsVolunteer
        "志愿者身份证号有误" "the volunteer's ID number is broken"
        "对照证件改正，此前不安排" "correct it from the document; no pair until then";
    /// The outcome of the check cannot be read.
    ScreeningUnreadable "I055" HoldsVolunteer
        "查询结果读不懂" "the outcome of the record check cannot be read"
        "填“通过”“未通过”或“查询中”" "enter 通过, 未通过 or 查询中";
    /// A passed check that nobody could look up again.
    ScreeningIncomplete "I056" DropsField
        "查询结果为通过，但类型、机关、日期或编号不全，按查询中处理"
        "a passed check lacks its kind, authority, date or reference and counts as pending"
        "补全查询类型、查询机关、查询日期和查询编号" "enter kind, authority, date and reference of the check";
    /// A date of something done that has not come yet.
    FutureDate "I057" DropsField
        "日期晚于运行当天，按尚未完成处理" "the date lies after the day of the run and counts as not done yet"
        "核对日期" "check the date";
    /// A cell that cannot be read.
    VolunteerField "I058" DropsField
        "内容读不懂" "the cell cannot be read"
        "按表样改写" "write it as in the template";
    /// A safety cell that cannot be read counts as not given.
    VolunteerSafetyField "I059" DropsField
        "安全项读不懂，按未通过处理" "a safety cell cannot be read and counts as not passed"
        "按表样改写" "write it as in the template";
    /// Hours are not known.
    VolunteerHoursAssumed "I060" Notes
        "可服务时段空白，按规则默认时段" "hours are blank: the policy's default hours stand in"
        "问清后填写" "ask and enter them";
    /// Which row leads is not plain.
    UnitLead "I061" Notes
        "同组没有负责人或不止一个，以第一个为准" "the unit names no lead or several: the first counts"
        "只在一行的“负责人”填“是”" "enter 是 under 负责人 in one row only";
    /// A person alone is no family.
    UnitKindContradicts "I062" Notes
        "组队形式与人数不符，按人数处理" "the kind of unit does not fit its number of adults, which counts"
        "核对组队形式和组队编号" "check 组队形式 and 组队编号";
    /// A number nobody carries.
    UnknownReference "I063" Notes
        "名单中没有这个编号的志愿者" "no volunteer carries this id"
        "核对编号；已退出者可不理会" "check the id; ignore it for somebody who left";
    /// Told where a row becomes a record.
    NotTakenIn "I070" QuarantinesRow
        "登记时被拒" "the row could not be registered"
        "按所述改正后重新上传" "correct it as told and upload it again";
    /// A text that no office writes into one cell, or that is no number for its length.
    CellTooLong "I071" QuarantinesRow
        "内容过长：编号最多 64 个字，其他最多 8000 个字"
        "the cell is too long: a number has at most 64 characters, any other cell 8,000"
        "缩短内容后重新上传" "shorten it and upload it again";
    /// The first findings of a row say enough.
    MoreFindings "I072" Notes
        "该行还有其他问题，未逐一列出" "the row has more faults than are listed"
        "改正所列各项后再检查一次" "correct those listed and check again";

    /// A pair or reply names nobody.
    UnknownPerson "I080" QuarantinesRow
        "编号不在名单中，或其行已被隔离" "the id is not in the lists, or its row is in quarantine"
        "核对编号，或先改正那一行" "check the id, or correct that row first";
    /// A pair or reply cannot be read.
    PairUnreadable "I081" QuarantinesRow
        "状态或答复空白或读不懂" "state or answer is blank or unreadable"
        "按表样填写" "write it as in the template";
    /// The same pair twice.
    PairTwice "I082" QuarantinesRow
        "同一对儿童和志愿者有互相矛盾或重复的行" "two rows about the same child and volunteer"
        "只留最新的一行" "keep the latest row";
    /// A living pair whose child is not in the pool still takes its volunteer's time.
    KeptPairOfQuarantined "I083" Notes
        "保持中的儿童已被隔离，该结对仍占志愿者一个名额" "the child of a living pair is in quarantine: the pair still takes one of the volunteer's places"
        "先改正儿童的那一行" "correct the child's row first";
    /// A date or remark of a pair.
    PairField "I084" DropsField
        "内容读不懂" "the cell cannot be read"
        "按表样改写" "write it as in the template";
    /// An unreadable memory of how it went must not bring a bad pair back.
    WentWellUnreadable "I085" DropsField
        "相处情况读不懂，按不好处理，不再结对" "how the pair went cannot be read: counted as not well, it will not return"
        "填“好”或“不好”" "enter 好 or 不好";

    /// A row of places is useless.
    PlaceUnreadable "I090" QuarantinesRow
        "地点缺乡镇、区划代码或坐标，或读不懂" "the place lacks its township, code or coordinates, or they cannot be read"
        "补全该行：区划代码、乡镇、村（驻地留空）、经度、纬度、坐标系"
        "complete the row: code, township, village (blank for the seat), longitude, latitude, datum";
    /// The same place twice.
    PlaceTwice "I091" Notes
        "同一地点有两行，以第一行为准" "the place has two rows: the first counts"
        "删去一行；同名村请用不同区划代码区分" "delete one; tell villages of one name apart by their codes";
    /// Coordinates of which nobody said the system.
    DatumUnknown "I092" DropsField
        "有坐标但不知坐标系，未使用" "coordinates without a known datum were not used"
        "在“坐标系”填 WGS-84、GCJ-02 或 BD-09，或在 policy.toml 中为全表声明"
        "enter WGS-84, GCJ-02 or BD-09 under 坐标系, or declare one for the sheet in policy.toml";
    /// Coordinates that cannot be.
    PointUnreadable "I093" DropsField
        "坐标有误，未使用" "the coordinates cannot be right and were not used"
        "核对经度和纬度" "check longitude and latitude";
    /// A division code that cannot be read.
    RegionUnreadable "I094" DropsField
        "行政区划代码有误，改由地点表推知" "the division code cannot be read: the list of places supplies it"
        "写6、9或12位数字，整栏设为文本格式" "write 6, 9 or 12 digits, with the column formatted as text";
}

/// The page of the rules, for `docs/INPUT_RULES.md`.
pub fn documentation() -> String {
    let head = concat!(
        "# 输入规则 / Input rules\n\n",
        "由 `src/input/rule.rs` 生成，勿手改。Generated from `src/input/rule.rs`: do not edit.\n\n",
        "| 号 no. | 后果 effect | 原因 cause | 办法 remedy |\n|---|---|---|---|\n",
    );
    let line = |rule: InputRule| {
        let (effect_zh, effect_en) = rule.severity().names();
        let (cause, remedy) = (rule.cause(), rule.remedy());
        format!(
            "| {} | {effect_zh}<br>{effect_en} | {}<br>{} | {}<br>{} |\n",
            rule.code(),
            cause.zh,
            cause.en,
            remedy.zh,
            remedy.en
        )
    };
    std::iter::once(head.to_owned()).chain(InputRule::ALL.map(line)).collect()
}
