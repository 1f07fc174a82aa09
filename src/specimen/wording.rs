//! Other words for a specimen's sentences, so that the reports of several bodies do not repeat one another.

use super::Specimen;

/// The paragraphs of a report that differ with the wording; `{年}` stands for the year.
struct Wording {
    /// Of part one: the opening, and the paragraphs on publication, management, platforms and supervision.
    part_one: [&'static str; 5],
    part_five: [&'static str; 3],
}

/// Where the paragraphs of part one stand; the one on requests, at 2, has figures of its own.
const PLACES: [usize; 5] = [0, 1, 3, 4, 5];

const WORDINGS: [Wording; 4] = [
    Wording {
        part_one: [
            "{年}年，本单位把数据发布和解读放在公开工作的首位，努力让公布的数字经得起核对。",
            "（一）主动公开。坚持按发布日历公布数据，全年主动公开政府信息152条，进度数据在发布当天同步上网，普查资料汇编成册供公众借阅。",
            "（三）政府信息管理。对历年发布的资料逐件登记保管期限和公开属性，两名专员交叉复核后方可上网，发现数据修订的注明缘由。",
            "（四）政府信息公开平台建设。改版数据查询页面，增设图表下载功能；与档案馆共用查阅室，安排引导员帮助老年人检索。",
            "（五）监督保障。局务会按季研究公开事项，聘请五名社会监督员参与评议，评议意见逐条回复，年度考核中占四分，未发生责任追究情形。",
        ],
        part_five: [
            "去年指出的指标解释偏专业的问题，经编写通俗手册并在社区试讲，已经改进。",
            "今年的不足在于：乡镇一级的分组数据公布较少，外文资料没有及时更新。",
            "改进的打算：会同各乡镇商定分组口径，争取按半年公布；外文资料请高校志愿者协助校订。",
        ],
    },
    Wording {
        part_one: [
            "{年}年，围绕春耕备耕和惠农补贴两件大事做好信息公开，把政策送到田间地头。",
            "（一）主动公开。补贴对象、面积和标准在村务栏与网站同时公示，全年主动公开政府信息97条，农药和种子抽检结果随检随公布。",
            "（三）政府信息管理。文件印发前由法制人员审定能否公开，补贴名册去除身份证号和账号后再上网，纸质原件按村归档。",
            "（四）政府信息公开平台建设。为各村配发二维码明白纸，扫码即可查看补贴政策；网站开设种养技术问答专页，农技员轮流答复。",
            "（五）监督保障。成立公开工作小组并接受纪检监察机构督导检查，把群众来电反映的公开问题列入周例会，考核合格，没有人被追究责任。",
        ],
        part_five: [
            "上一年度存在的补贴公示时间偏短问题，已延长为整月公示，群众反映较好。",
            "存在的主要问题：偏远村组获取信息仍靠口头转告，技术资料配图少、不好懂。",
            "下一步改进措施：给村级广播提供录音稿，由农技站逐篇配图，并请种植大户试读提意见。",
        ],
    },
    Wording {
        part_one: [
            "{年}年，以群众出行需求为导向公开交通信息，道路封闭、客运调整做到事前告知。",
            "（一）主动公开。工程招标、养护计划和执法事项清单按时公布，全年主动公开政府信息133条，公交线路调整前一周发布通告并附示意图。",
            "（三）政府信息管理。建立工程资料公开台账，涉及商业秘密的由承办人书面说明理由，过期通告集中下架并保留底档。",
            "（四）政府信息公开平台建设。客运站电子屏滚动播放公告，出行信息接入地图软件；热线接线员与网站编辑共用一套问答库。",
            "（五）监督保障。分管领导每月抽查栏目，对迟发漏发的科室发函提醒，将公开纳入文明单位考核，全年未出现需要责任追究的事件。",
        ],
        part_five: [
            "针对上年查找出的通告用语生硬问题，已统一改用短句并附图示。",
            "问题和不足：临时封路的告知有时只发在群聊里，网站没有同步；执法案例公开数量偏少。",
            "整改措施：把网站发布列为封路审批的前置步骤，每季度挑选典型案例隐去姓名后公开。",
        ],
    },
    Wording {
        part_one: [
            "{年}年，把场馆开放、演出安排和遗产保护情况及时告诉公众，方便大家参与。",
            "（一）主动公开。免费开放时间表、活动预告和经费使用情况全部上网，全年主动公开政府信息211条，旅游投诉办理结果按月汇总发布。",
            "（三）政府信息管理。图片和视频标明作者与拍摄时间，发布前核对授权；旧栏目迁移时逐条比对，确保链接可用。",
            "（四）政府信息公开平台建设。借助图书馆自助机设置查阅点，讲解员随身携带政策折页；公众号增加活动报名和意见征集入口。",
            "（五）监督保障。邀请读者代表旁听公开工作会，馆长述职时报告公开完成情况，组织领导和经费均有保障，社会评议满意率较高，未出现责任追究情况。",
        ],
        part_five: [
            "上年度报告提到的活动信息发布偏晚问题，通过提前两周排期已经解决。",
            "目前的不足之处：少数场馆的开放调整没有附上原因，老旧照片说明不完整。",
            "下一步措施：调整开放时间一律写明缘由和替代场所，请文史爱好者帮助补写照片说明。",
        ],
    },
];

/// Writes the sentences in the words of that number, from 1; false where there are none of that number.
pub(super) fn reword(specimen: &mut Specimen, number: usize) -> bool {
    let Some(wording) = number.checked_sub(1).and_then(|at| WORDINGS.get(at)) else { return false };
    let year = specimen.year.to_string();
    for part in &mut specimen.parts {
        match part.number {
            1 => {
                for (at, text) in PLACES.into_iter().zip(wording.part_one) {
                    if let Some(paragraph) = part.paragraphs.get_mut(at) {
                        *paragraph = text.replace("{年}", &year);
                    }
                }
            }
            5 => part.paragraphs = wording.part_five.map(str::to_string).to_vec(),
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Editions;

    #[test]
    fn every_wording_differs_from_the_others_and_from_the_plain_one() {
        let clean = || Specimen::clean(Editions::embedded().get("2021").expect("built in"));
        let mut all = vec![clean()];
        for number in 1..=WORDINGS.len() {
            let mut specimen = clean();
            assert!(reword(&mut specimen, number));
            assert!(all.iter().all(|other| other.parts[0] != specimen.parts[0]));
            all.push(specimen);
        }
        for number in [0, WORDINGS.len() + 1] {
            assert!(!reword(&mut clean(), number));
        }
    }
}
