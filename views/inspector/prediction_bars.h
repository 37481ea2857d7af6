// SPDX-License-Identifier: Apache-2.0
// One quantity twice: a hollow, dashed bar for what the cost model predicted, a solid one for what
// was measured.
#pragma once

#include "views/theme/theme.h"

#include <QWidget>

#include <optional>

namespace fuseboard {

class PredictionBars : public QWidget {
    Q_OBJECT

public:
    struct Amount {
        double value = 0; ///< the bars are as long as the values are large
        QString text;
    };
    PredictionBars(QString name, Amount predicted, std::optional<Amount> measured, Token color,
                   QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override { return {240, 32}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 32}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_name;
    Amount m_predicted;
    std::optional<Amount> m_measured;
    Token m_color;
};

} // namespace fuseboard
