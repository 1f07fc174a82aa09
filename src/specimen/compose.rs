//! The sentences of a specimen. Every number in them comes from its tables or adds up by itself. The
//! reports of odd years are worded otherwise than those of even ones, so that no body's report repeats
//! its last one.

use super::chance::Chance;
use super::numbers::Numbers;

/// What the sentences speak of.
pub(super) struct Facts<'a> {
    /// 青禾县水利局
    pub(super) unit: String,
    /// 青禾县
    pub(super) place: String,
    pub(super) year: i32,
    /// Number of the notice that prescribes the form.
    pub(super) notice: &'a str,
    pub(super) numbers: &'a Numbers,
    /// Pieces published on the site, in the new media and by other ways.
    pub(super) published: [i64; 3],
    /// Day of January on which the report is signed.
    pub(super) signed: i64,
}

/// Made-up places and offices; none of them exists.
const PLACES: &[&str] = &["青禾县", "云溪县", "澄水县", "松原岭县", "鹿台县", "南浦溪县"];
const OFFICES: &[&str] =
    &["水利局", "审计局", "统计局", "农业农村局", "交通运输局", "文化和旅游局"];

impl<'a> Facts<'a> {
    pub(super) fn clean(year: i32, notice: &'a str, numbers: &'a Numbers) -> Self {
        Facts {
            unit: format!("{}{}", PLACES[0], OFFICES[0]),
            place: PLACES[0].to_string(),
            year,
            notice,
            numbers,
            published: [104, 58, 24],
            signed: 20,
        }
    }

    pub(super) fn drawn(
        year: i32,
        notice: &'a str,
        numbers: &'a Numbers,
        chance: &mut Chance,
    ) -> Self {
        let place = chance.pick(PLACES).to_string();
        let unit = format!("{place}{}", chance.pick(OFFICES));
        let published = [90, 40, 10].map(|least| chance.between(least, least * 4));
        Facts { unit, place, year, notice, numbers, published, signed: chance.between(8, 25) }
    }

    fn n(&self, field: &str) -> i64 {
        self.numbers.get(field).copied().unwrap_or(0)
    }

    /// The field of either edition that counts decisions of a kind.
    fn decisions(&self, kind: &str) -> i64 {
        self.n(&format!("t2.{kind}")) + self.n(&format!("t2.{kind}.decisions"))
    }

    pub(super) fn title(&self) -> String {
        format!("{}{}年政府信息公开工作年度报告", self.unit, self.year)
    }

    pub(super) fn date(&self) -> String {
        format!("{}年1月{}日", self.year + 1, self.signed)
    }

    pub(super) fn preamble(&self) -> Vec<String> {
        let Facts { unit, place, year, notice, .. } = self;
        vec![
            format!(
                "{unit}根据《中华人民共和国政府信息公开条例》（国务院令第711号）和国务院办公厅政府信息与政务公开办公室关于政府信息公开工作年度报告的通知（{notice}）编制本报告。报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项六部分组成。"
            ),
            format!(
                "本报告所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。报告的电子版可在{place}人民政府门户网站“政府信息公开”专栏查阅和下载。对报告有疑问的，请与{unit}办公室联系（地址：{place}滨河路18号，邮编：034900，联系电话：0340-6612015）。"
            ),
        ]
    }

    fn of_an_odd_year(&self) -> bool {
        self.year % 2 != 0
    }

    pub(super) fn part_one(&self) -> Vec<String> {
        match self.of_an_odd_year() {
            true => self.part_one_otherwise(),
            false => self.part_one_plainly(),
        }
    }

    fn part_one_otherwise(&self) -> Vec<String> {
        let [site, media, other] = self.published;
        let all = site + media + other;
        vec![
            format!(
                "{}把办事公开当作改进作风的经常性工作，{}年的做法和结果如下。",
                self.unit, self.year
            ),
            format!(
                "（一）主动公开情况。按月清点到期应当公开的事项，累计公开{all}条，其中网站刊发{site}条、公众号推送{media}条、窗口张贴{other}条；许可和处罚结果由承办科室当天上传。"
            ),
            format!("（二）依申请公开情况。{}{}", self.requests(), self.disputes()),
            "（三）政府信息管理情况。起草、会签、印发三个环节都要填写公开意见，年中集中复查旧稿，清理过期内容14条；纸质目录交档案室统一保管。".to_string(),
            "（四）平台建设情况。合并重复的网页入口，指南、目录、年报放在同一页面，手机也能查阅；留言由专人转办并限期回复。".to_string(),
            "（五）监督保障情况。分管负责同志每季度调度一次，新到岗人员先学习条例再上岗；考核结果与评先挂钩，请人大代表参加社会评议，没有出现责任追究情形。".to_string(),
        ]
    }

    fn part_one_plainly(&self) -> Vec<String> {
        let [site, media, other] = self.published;
        let all = site + media + other;
        vec![
            format!(
                "{}年，{}围绕中心工作推进政府信息公开，让群众找得到、看得懂、用得上。",
                self.year, self.unit
            ),
            format!(
                "（一）主动公开。对照主动公开基本目录逐项核对栏目内容，全年主动公开政府信息{all}条，其中政府门户网站{site}条、政务新媒体{media}条、公开栏和服务窗口{other}条；作出行政许可决定{}件、行政处罚决定{}件，均按规定公示。",
                self.decisions("LIC"),
                self.decisions("PEN")
            ),
            format!("（二）依申请公开。{}{}", self.requests(), self.disputes()),
            "（三）政府信息管理。落实公开属性源头认定和发布审核制度，办文时同步明确公开方式；组织内容核查2次，更正错漏9处，移除失效链接5条。".to_string(),
            "（四）政府信息公开平台建设。在门户网站政府信息公开专栏下设12个栏目，方便按主题检索；政务新媒体账号定期发布解读材料，线下查阅点设在一楼服务大厅。".to_string(),
            "（五）监督保障。主要负责同志全年听取公开工作汇报2次，办公室配备专职人员1名，开展业务培训2期；公开工作纳入年度绩效考核，邀请服务对象开展社会评议，本年度没有发生需要追究责任的情形。".to_string(),
        ]
    }

    fn requests(&self) -> String {
        format!(
            "全年新收政府信息公开申请{}件，上年结转{}件，办结{}件，结转下年度继续办理{}件。",
            self.n("t3.new.T"),
            self.n("t3.carried_in.T"),
            self.n("t3.total.T"),
            self.n("t3.carried_out.T")
        )
    }

    fn disputes(&self) -> String {
        let reviews = self.n("t4.R5");
        let suits = self.n("t4.L5") + self.n("t4.P5");
        let reviews = match reviews {
            0 => "没有因政府信息公开被申请行政复议".to_string(),
            n => format!("因政府信息公开被申请行政复议{n}件"),
        };
        match suits {
            0 => format!("{reviews}，没有因政府信息公开被提起行政诉讼。"),
            n => format!("{reviews}，被提起行政诉讼{n}件。"),
        }
    }

    pub(super) fn part_five(&self) -> Vec<String> {
        if self.of_an_odd_year() {
            return vec![
                "上年查出的更新偏慢、口径不一等问题，经过逐月核对和集中讲解，已经得到解决。"
                    .to_string(),
                "本年仍有不足：年轻同志对豁免条款掌握不深，个别答复文书说理不充分。".to_string(),
                "改进的办法是编写答复范例，请法律顾问逐件把关，并安排老同志带着新同志办件。"
                    .to_string(),
            ];
        }
        vec![
            "针对上一年度报告中提出的政策解读形式单一问题，本年度增加了图解和问答两种形式，已经完成改进。".to_string(),
            "目前存在的主要问题：一是部分栏目更新不够及时，二是业务科室人员对公开范围的把握不够一致。".to_string(),
            "改进措施：一是建立栏目更新提醒台账，由办公室每月核对；二是把常见情形编成问答发给各科室，下一步结合案例组织专题学习。".to_string(),
        ]
    }

    pub(super) fn part_six(&self) -> Vec<String> {
        vec![
            format!("本机关{}年没有向申请人收取政府信息公开信息处理费，收费金额为0元。", self.year),
            "除上述内容外，没有其他需要报告的事项。".to_string(),
        ]
    }
}
