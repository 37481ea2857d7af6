// SPDX-License-Identifier: Apache-2.0
// Draws canvases, palette and plots in all their states into PNG files, to be looked at beside the
// visual reference: canvas_gallery FOLDER
#include "engine/operators/operator_body.h"
#include "tests/gui/influx_sample.h"
#include "views/canvas/canvas_panel.h"
#include "views/canvas/canvas_scene.h"
#include "views/canvas/card_item.h"
#include "views/document/graph_document.h"
#include "views/document/selection.h"
#include "views/palette/palette_view.h"
#include "views/theme/theme.h"
#include "views/widgets/chip.h"
#include "views/widgets/empty_state.h"
#include "views/widgets/notice_bar.h"
#include "views/widgets/pass_stepper.h"
#include "views/widgets/plot.h"
#include "views/widgets/section_header.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QTest>
#include <QVBoxLayout>

#include <cstdio>

using namespace fuseboard;

namespace {

QString g_folder;

void save(QWidget& widget, const QString& name) {
    QApplication::processEvents();
    const QString path = QDir(g_folder).filePath(name + QStringLiteral(".png"));
    if (!widget.grab().save(path))
        std::fprintf(stderr, "cannot write %s\n", qPrintable(path));
}

/// Both canvases side by side, as in the main window.
struct Compare : QWidget {
    explicit Compare(GraphDocument& document) : layout(document) {
        drawn = new CanvasPanel(layout, Side::Drawn);
        optimised = new CanvasPanel(layout, Side::Optimised);
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(1);
        row->addWidget(drawn, 1);
        row->addWidget(optimised, 1);
    }
    CanvasLayout layout;
    CanvasPanel *drawn, *optimised;
};

void showInflux(bool dark) {
    Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    document.setOptimized(influxOptimized(*document.graph()));
    document.setFigures(Side::Drawn, influxFigures(*document.graph(), false));
    document.setFigures(Side::Optimised, influxFigures(*document.graph(Side::Optimised), true));
    Compare compare(document);
    compare.resize(1136, 710);
    compare.show();
    QApplication::processEvents();
    compare.drawn->view().linkWith(&compare.optimised->view());
    compare.drawn->view().resetZoom();
    compare.drawn->view().fit();
    document.selection().select(Side::Drawn, Item::node("select/3"));
    save(compare, dark ? "compare-dark" : "compare-light");
    if (dark)
        return;
    for (const double zoom : {0.72, 0.46, 0.3, 0.15}) {
        compare.drawn->view().setZoom(zoom);
        save(compare, QStringLiteral("zoom-%1").arg(int(zoom * 100)));
    }
    compare.resize(1136, 352);
    QApplication::processEvents();
    compare.drawn->view().fit();
    save(compare, "compare-small");
    compare.resize(1136, 710);
    QApplication::processEvents();
    compare.drawn->view().fit();
    compare.optimised->view().toggleFolding();
    save(compare, "folded");
}

void showStates() {
    Theme::instance().setMode(Theme::Mode::Light);
    GraphDocument document(builtinCatalogue());
    document.reset(influxGraph());
    Error problem(ErrorCode::MissingField, "no field p999 in event.stats");
    problem.node = "select/3";
    document.setProblems({problem, problem});
    document.setDisabled({"select/2"}, true);
    document.setBypassed({"operator/batch"}, true);
    CanvasLayout layout(document);
    CanvasPanel panel(layout, Side::Drawn);
    panel.resize(1136, 710);
    panel.show();
    QApplication::processEvents();
    CanvasView& view = panel.view();
    const CardItem* card = view.canvasScene().card(Item::node("select/1"));
    QTest::mouseMove(view.viewport(), view.mapFromScene(card->box().center()));
    save(panel, "states");
    // A wire that would close a loop.
    const auto port = [&](const char* id, bool output) {
        const CardItem* at = view.canvasScene().card(Item::node(id));
        for (const CardPort& candidate : at->ports()) {
            if (candidate.isOutput == output)
                return view.mapFromScene(at->portPoint(candidate));
        }
        return QPoint();
    };
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, port("select/3", true));
    QTest::mouseMove(view.viewport(), port("select/1", false) + QPoint(0, 40));
    QTest::mouseMove(view.viewport(), port("select/1", false) + QPoint(0, 4));
    save(panel, "wire-rejected");
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, port("select/1", false));
    QTest::keyClick(&view, Qt::Key_Escape);
    QTest::mousePress(view.viewport(), Qt::LeftButton, {}, port("select/1", true));
    QTest::mouseMove(view.viewport(), QPoint(720, 140));
    save(panel, "wire-dragged");
    QTest::mouseRelease(view.viewport(), Qt::LeftButton, {}, QPoint(720, 140));
    save(panel, "quick-add");
    if (QWidget* focus = QApplication::focusWidget(); focus != nullptr)
        QTest::keyClicks(focus, "s");
    save(panel, "quick-add-filtered");
}

void showWidgets(bool dark) {
    Theme::instance().setMode(dark ? Theme::Mode::Dark : Theme::Mode::Light);
    QWidget page;
    page.resize(900, 560);
    auto* column = new QVBoxLayout(&page);
    auto* stepper = new PassStepper;
    stepper->setPasses(
        {"passthroughs", "constant folding", "predicate pushdown", "column pruning", "fusion"});
    stepper->setPosition(5);
    auto* early = new PassStepper;
    early->setPasses(
        {"passthroughs", "constant folding", "predicate pushdown", "column pruning", "fusion"});
    early->setPosition(2);
    column->addWidget(stepper, 0, Qt::AlignLeft);
    column->addWidget(early, 0, Qt::AlignLeft);
    auto* chips = new QHBoxLayout;
    for (const auto& [icon, text] : {std::pair("memory", "stateless"),
                                     {"same", "deterministic"},
                                     {"one", "1 → 0..1"},
                                     {"shield", "no side effects"}})
        chips->addWidget(new Chip(icon, text));
    auto* run = new QPushButton("Run");
    run->setProperty("look", "primary");
    run->setIcon(Theme::instance().icon("play", Token::Bg));
    auto* stop = new QPushButton("Stop");
    stop->setEnabled(false);
    chips->addWidget(run);
    chips->addWidget(stop);
    chips->addStretch();
    column->addLayout(chips);
    auto* notice = new NoticeBar;
    notice->showNotice(NoticeBar::Kind::Warning, "The file changed on disk.");
    notice->addAction("Read it again", [] {});
    column->addWidget(notice);
    auto* header = new SectionHeader("Expression");
    header->setRemark("type-checked", "check");
    column->addWidget(header);
    auto* plot = new Plot;
    PlotData data;
    data.title = "Row latency from source to sink, log scale";
    data.x.from = 0;
    data.x.to = 4.3;
    data.x.fixedTicks = {{0.301, "p50"}, {1, "p90"}, {2, "p99"}, {3, "p99.9"}, {4, "p99.99"}};
    data.y.scale = AxisScale::Log10;
    data.y.from = 30;
    data.y.to = 20000;
    data.y.format = [](double us) {
        return us >= 1000 ? QString("%1 ms").arg(us / 1000) : QString("%1 µs").arg(us);
    };
    PlotSeries drawn{"as drawn", PlotSeries::Form::DashedLine, Token::Drawn, {}, 2};
    PlotSeries optimised{"optimised", PlotSeries::Form::Line, Token::Fused, {}, 2};
    for (const auto& [x, y] : {std::pair(0.0, 180.0),
                               {0.3, 600.0},
                               {1.0, 1900.0},
                               {2.0, 4100.0},
                               {3.0, 9800.0},
                               {4.3, 14000.0}})
        drawn.samples.push_back({x, y, 0, 0});
    for (const auto& [x, y] : {std::pair(0.0, 40.0),
                               {0.3, 85.0},
                               {1.0, 210.0},
                               {2.0, 520.0},
                               {3.0, 1300.0},
                               {4.3, 2700.0}})
        optimised.samples.push_back({x, y, 0, 0});
    data.series = {drawn, optimised};
    plot->setData(data);
    plot->setRestingMarker(2.0);
    column->addWidget(plot, 1);
    plot->exportSvg(QDir(g_folder).filePath("plot.svg"));
    column->addWidget(new EmptyState("Not measured yet", "Press Run to measure both plans."));
    page.show();
    save(page, dark ? "widgets-dark" : "widgets-light");
    PaletteView palette(builtinCatalogue());
    palette.resize(208, 678);
    palette.show();
    save(palette, dark ? "palette-dark" : "palette-light");
}

void timeLargeGraph() {
    GraphDocument document(builtinCatalogue());
    QElapsedTimer timer;
    timer.start();
    document.reset(wideGraph(50, 40));
    CanvasLayout layout(document);
    CanvasPanel panel(layout, Side::Drawn);
    panel.resize(1136, 710);
    panel.show();
    QApplication::processEvents();
    std::printf("2,000 nodes: built and shown in %lld ms\n", timer.elapsed());
    for (const double zoom : {1.0, 0.5, 0.25, 0.1}) {
        panel.view().setZoom(zoom);
        QApplication::processEvents();
        timer.restart();
        for (int i = 0; i < 20; ++i) {
            panel.view().viewport()->update();
            panel.view().viewport()->grab();
        }
        std::printf("  at %.0f %%: %.1f ms a frame\n", zoom * 100, double(timer.elapsed()) / 20);
    }
    save(panel, "large");
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: canvas_gallery FOLDER\n");
        return 2;
    }
    QApplication application(argc, argv);
    Theme::instance().install(application);
    g_folder = QString::fromLocal8Bit(argv[1]);
    QDir().mkpath(g_folder);
    showInflux(false);
    showInflux(true);
    showStates();
    showWidgets(false);
    showWidgets(true);
    timeLargeGraph();
    return 0;
}
