"""The words by which headings say what their section is for, in English and in Chinese.

Three vocabularies, from the strictest to the loosest. ``WHOLE``: the heading is exactly this.
``OPENINGS``: it begins with this. ``ENDINGS``: it ends with this, as the head noun of a phrase
does in both languages (``Strategic Decision Process``, ``标准工作流程``). Roles whose sections are
kept out of what an assistant loads (tests, history, licence, platform) stand in ``WHOLE`` only, so
that no section is dropped because a word occurs somewhere in its title.

Phrases are written as :func:`..extract.roles.plain` leaves a title: lower case, no punctuation,
``&`` spelled out.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..document import Role

__all__ = ["COMMON", "ENDINGS", "NUMBERED", "OPENINGS", "WHOLE"]


def _index(groups: Mapping[Role, str]) -> dict[str, Role]:
    """Turn ``role → "phrase | phrase"`` into ``phrase → role``."""
    found: dict[str, Role] = {}
    for role, phrases in groups.items():
        for phrase in phrases.split("|"):
            found.setdefault(" ".join(phrase.split()), role)
    return found


WHOLE = _index(
    {
        Role.PERSONA: """
            system prompt | role definition | role | persona | identity | your role
            | who you are | agent persona | character | about you | system message | 系统提示词
            | 系统提示 | 角色定义 | 角色设定 | 角色 | 人设 | 身份 | 身份定义 | 你的角色
            | 角色定位 | 你是谁
        """,
        Role.TRIGGERS: """
            triggers | trigger | trigger words | trigger word | trigger phrases
            | trigger keywords | trigger conditions | trigger condition | keywords | activation
            | activation words | activation phrases | activation triggers | when to trigger
            | invocation | 触发词 | 触发条件 | 触发 | 触发关键词 | 触发短语 | 触发方式 | 关键词
            | 激活词 | 激活条件 | 触发场景 | 何时触发
        """,
        Role.SCOPE: """
            scope | scope and limitations | scope and limits | scope and boundaries
            | limitations | limits | boundaries | when to use | when not to use | use when
            | do not use when | dont use when | use this skill when | do not use this skill when
            | best for | how to use | how to use this skill | usage | usage tips | applicability
            | out of scope | in scope | when to activate | use cases | 适用范围 | 范围
            | 范围与限制 | 使用范围与局限 | 使用范围 | 局限 | 局限性 | 限制 | 边界 | 适用场景
            | 不适用场景 | 何时使用 | 何时不用 | 什么时候使用 | 使用场景 | 如何使用
            | 如何使用此技能 | 如何使用本技能 | 使用方法 | 使用说明 | 使用提示 | 用法 | 能力边界
        """,
        Role.OVERVIEW: """
            overview | about | about this skill | what this skill does | what it does
            | what is this | purpose | introduction | summary | goal | goals | objective
            | objectives | mission | description | at a glance | background | context | 概述
            | 概览 | 简介 | 介绍 | 此技能做什么 | 本技能做什么 | 功能 | 功能概述 | 目的 | 目标
            | 背景 | 说明 | 能做什么 | 总览
        """,
        Role.PRINCIPLES: """
            philosophy | core philosophy | principles | core principles | guiding principles
            | thinking patterns | thinking pattern | mindset | communication style | tone
            | style | voice and tone | language style | values | ground rules | best practices
            | rules | guidelines | core rules | dos | donts | do | dont | 核心理念 | 理念 | 原则
            | 核心原则 | 指导原则 | 思维模式 | 思维方式 | 沟通风格 | 语言风格 | 表达风格 | 风格
            | 语气 | 价值观 | 最佳实践 | 规则 | 准则 | 基本准则 | 行为准则
        """,
        Role.KNOWLEDGE: """
            professional toolkit | toolkit | toolbox | frameworks | framework | core knowledge
            | core knowledge framework | knowledge base | knowledge framework | core concepts
            | key concepts | standards | standards and reference | standards and references
            | core skills | core competencies | core capabilities | core expertise
            | core technologies | key tools | tools | domain knowledge | primary toolkit
            | secondary toolkit | technical knowledge | capabilities | quick reference
            | glossary | 专业工具包 | 工具包 | 工具 | 框架 | 核心知识 | 核心知识框架 | 知识框架
            | 知识库 | 核心概念 | 标准 | 标准与参考 | 核心技能 | 核心能力 | 核心技术 | 关键工具
            | 领域知识 | 专业知识 | 速查表 | 术语表 | 能力
        """,
        Role.WORKFLOW: """
            workflow | workflows | standard workflow | work process | process | procedure
            | steps | instructions | decision process | decision framework | decision tree
            | decision flow | development process | methodology | approach | response approach
            | how it works | pipeline | playbook | checklist workflow | core workflow | 工作流程
            | 工作流 | 标准工作流程 | 标准工作流 | 流程 | 处理流程 | 步骤 | 操作步骤 | 决策流程
            | 决策框架 | 决策树 | 开发流程 | 方法论 | 方法 | 指令 | 执行步骤 | 交互流程
        """,
        Role.SCENARIO: """
            scenario | scenarios | scenario examples | scenario based guidance
            | scenario guidance | typical scenarios | common scenarios | scenario handling
            | 场景 | 场景示例 | 场景化指导 | 场景指导 | 典型场景 | 常见场景 | 应用场景
            | 场景处理
        """,
        Role.EXAMPLE: """
            example | examples | example conversations | example conversation
            | example dialogues | example dialogue | example interactions | sample dialogues
            | sample conversations | usage examples | usage example | worked examples
            | worked example | output examples | conversation examples | dialogue examples
            | example prompts | 示例 | 例子 | 示例对话 | 对话示例 | 对话样例 | 使用示例 | 实例
            | 样例 | 案例 | 示范对话
        """,
        Role.PITFALLS: """
            pitfalls | common pitfalls | anti patterns | antipatterns | common mistakes
            | mistakes | common pitfalls and anti patterns | pitfalls and anti patterns
            | gotchas | common errors | red flags | what not to do | troubleshooting
            | common issues | 常见陷阱 | 陷阱 | 反模式 | 常见陷阱与反模式 | 常见错误 | 误区
            | 常见误区 | 注意事项 | 避坑指南 | 故障排查 | 常见问题
        """,
        Role.RISK: """
            risk | risks | risk disclaimer | disclaimer | safety | warnings | warning
            | risk notice | safety guards | safety and ethics | security
            | security considerations | ethical guidelines | risks and limitations | 风险
            | 风险提示 | 风险声明 | 免责声明 | 安全 | 安全提示 | 警告 | 安全护栏 | 安全注意事项
            | 伦理准则
        """,
        Role.QUALITY: """
            quality verification | quality | quality assurance | quality checklist
            | self checklist | self check | self checks | self review | checklist | checklists
            | verification | validation checklist | acceptance criteria | quality standards
            | self score | rubric | quality gates | definition of done | final check | 质量验证
            | 质量 | 质量保证 | 质量检查 | 自检清单 | 自检 | 检查清单 | 清单 | 核对清单 | 验证
            | 验收标准 | 质量标准 | 自身评分 | 自查清单 | 评分标准
        """,
        Role.TESTS: """
            test cases | test case | testcases | evaluation cases | eval cases | evals
            | skill tests | test prompts | test cases and expected outputs | 测试用例 | 测试案例
            | 测试样例 | 评测用例 | 评估用例 | 测试例
        """,
        Role.PLATFORM: """
            platform support | platform specific configuration | platform configuration
            | platform specific setup | platform setup | platforms | supported platforms
            | platform compatibility | platform integration | platform | other platforms
            | installation | install | quick install | how to install | installation guide
            | installation instructions | installing this skill | install this skill | 平台支持
            | 平台特定配置 | 平台配置 | 平台 | 支持的平台 | 支持平台 | 其他平台 | 平台兼容性
            | 安装 | 快速安装 | 安装方法 | 安装说明 | 安装指南 | 如何安装 | 安装命令 | 平台适配
            | 各平台配置
        """,
        Role.INTEGRATION: """
            integration with other skills | integration | integrations | related skills
            | works with | works well with | skill integration | skill combinations
            | combining with other skills | collaboration with other skills | companion skills
            | 与其他技能的集成 | 与其他技能集成 | 技能集成 | 集成 | 相关技能 | 配合使用
            | 技能组合 | 搭配技能
        """,
        Role.REFERENCES: """
            references | reference | resources | further reading | additional resources
            | sources | bibliography | links | see also | reference files
            | related documentation | citations | documentation | external resources | 参考
            | 参考资料 | 参考文献 | 资源 | 延伸阅读 | 链接 | 相关资源 | 参考链接 | 相关文档
            | 引用
        """,
        Role.HISTORY: """
            version history | changelog | change log | revision history | version
            | release notes | release history | changes by version | version log | 版本历史
            | 更新日志 | 变更日志 | 修订历史 | 版本 | 版本记录 | 更新记录 | 变更记录 | 发布说明
        """,
        Role.LICENSE: """
            license | licence | license and author | licence and author
            | license and attribution | license and authors | licensing | attribution
            | attribution requirements | copyright | license information | author and license
            | about the author | author | 许可证 | 许可 | 许可证与作者 | 许可协议 | 版权
            | 版权声明 | 署名要求 | 署名 | 作者 | 关于作者 | 许可与署名 | 授权
        """,
    }
)

OPENINGS = _index(
    {
        Role.SCOPE: """
            when to use | when not to use | use this skill | do not use | dont use | how to use
            | 何时使用 | 什么时候使用 | 如何使用
        """,
        Role.OVERVIEW: "what this skill | what is | overview of | 什么是",
        Role.INTEGRATION: "integration with | integrating with | 与其他技能",
        Role.PITFALLS: "common pitfalls | common mistakes | anti patterns | 常见陷阱 | 常见错误",
        Role.SCENARIO: "scenario | scenarios | 场景",
        Role.EXAMPLE: "example | examples | worked example | 示例 | 例子",
        Role.TRIGGERS: "trigger words | trigger phrases | 触发词 | 触发条件",
        Role.QUALITY: "quality verification | self checklist | 质量验证 | 自检清单",
    }
)

ENDINGS = _index(
    {
        Role.PRINCIPLES: """
            principles | philosophy | best practices | guidelines | heuristics | mental model
            | communication style | thinking patterns | 原则 | 理念 | 最佳实践 | 准则 | 思维模型
            | 启发式法则 | 风格
        """,
        Role.KNOWLEDGE: """
            toolkit | frameworks | framework | cheat sheet | metrics | concepts | expertise
            | competencies | capabilities | standards | 工具包 | 框架 | 速查表 | 指标 | 概念
            | 专长 | 能力
        """,
        Role.WORKFLOW: """
            workflow | workflows | process | methodology | procedure | decision tree | approach
            | 流程 | 工作流 | 步骤 | 决策树 | 方法论
        """,
        Role.SCENARIO: "scenarios | 场景",
        Role.EXAMPLE: "examples | example interactions | 示例 | 案例",
        Role.PITFALLS: "pitfalls | anti patterns | mistakes | 陷阱 | 反模式 | 误区",
        Role.RISK: "risks | disclaimer | risk checklist | 风险 | 免责声明",
        Role.QUALITY: "checklist | checklists | 清单 | 质量标准",
        Role.REFERENCES: "resources | references | further reading | 参考资料 | 延伸阅读",
        Role.INTEGRATION: "related skills | 相关技能",
    }
)

NUMBERED = _index(
    {
        Role.SCENARIO: "scenario | use case | 场景",
        Role.EXAMPLE: "example | sample | dialogue | 示例 | 例子 | 案例 | 例",
        Role.WORKFLOW: "phase | step | stage | 阶段 | 步骤 | 第",
        Role.PITFALLS: "anti pattern | antipattern | pitfall | mistake | 反模式 | 陷阱 | 误区",
        Role.TESTS: "test case | 测试用例 | 测试案例",
        Role.PRINCIPLES: "principle | 原则",
    }
)
"""``Scenario 1``, ``示例 2``, ``Anti-Pattern A``: a word and its number open the heading."""

COMMON = frozenset(
    _index(
        {
            Role.OTHER: """
            version | author | platform | platforms | install | installation | attribution
            | evals | copyright | licensing | other platforms | 版本 | 作者 | 平台 | 安装 | 署名
            | 授权 | 许可 | 版权 | 安装方法 | 安装命令
        """,
        }
    )
)
"""Phrases of withheld roles that occur in other matters too: a toolkit may have "Platforms"."""
