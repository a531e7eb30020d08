// SPDX-License-Identifier: Apache-2.0
#include "digit_drawing.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace digits {
namespace {

using Random = std::mt19937_64;

struct Point {
    float x;
    float y;
};

using Stroke = std::vector<Point>;
using Glyph = std::vector<Stroke>;

/// The ways to write each digit, in a box from (-60, -100), upper left, to (60, 100): strokes
/// parted by "|", each a smooth curve through its points; a point given twice is a corner.
const std::vector<std::vector<const char*>> kStyles = {
    {"0,-100 50,-70 60,0 50,70 0,100 -50,70 -60,0 -50,-70 0,-100"},  // 0
    {"0,-100 0,100", "-35,-55 0,-100 0,-100 0,100",
     "-35,-55 0,-100 0,-100 0,100 | -35,100 35,100"},  // 1
    {"-50,-55 -30,-93 20,-95 50,-55 30,-5 -20,50 -55,95 -55,95 55,95",
     "-50,-60 -10,-100 45,-70 30,-10 -20,60 -45,90 -60,70 -30,60 10,85 60,90"},  // 2
    {"-50,-75 -10,-100 40,-75 35,-30 -10,-5 -10,-5 40,20 50,60 10,100 -50,80",
     "-50,-95 45,-95 45,-95 -5,-20 -5,-20 40,0 50,50 10,100 -50,80"},  // 3
    {"-35,-95 -50,15 -50,15 55,15 | 30,-60 25,100",
     "25,100 25,-100 25,-100 -55,35 -55,35 60,35"},  // 4
    {"50,-95 -40,-95 -40,-95 -45,-15 -45,-15 10,-30 50,15 40,75 -10,100 -50,80",
     "-35,-85 -45,-10 -45,-10 20,-20 50,30 10,95 -50,85 | -35,-90 50,-100"},  // 5
    {"35,-95 -20,-60 -50,10 -40,75 5,100 45,65 35,15 -10,5 -45,40",
     "-10,-100 -45,-20 -45,60 0,100 45,70 30,25 -10,20 -40,50"},  // 6
    {"-50,-90 50,-90 50,-90 -10,100", "-50,-90 50,-90 50,-90 -10,100 | -25,5 40,5",
     "-50,-60 -40,-90 -40,-90 50,-90 50,-90 10,0 0,100"},  // 7
    {"40,-75 0,-100 -40,-70 -25,-25 30,20 50,60 0,100 -50,60 -30,20 25,-25 40,-75",
     "0,-100 37,-55 0,-10 -37,-55 0,-100 | 0,-10 50,45 0,100 -50,45 0,-10"},  // 8
    {"40,-60 5,-100 -40,-70 -35,-20 5,-5 40,-40 | 42,-85 40,0 30,100",
     "42,-60 5,-100 -40,-60 -10,-10 40,-40 | 42,-80 38,30 0,95 -40,85"},  // 9
};

Glyph parse_glyph(const char* text) {
    Glyph glyph(1);
    std::istringstream words(text);
    for (std::string word; words >> word;) {
        if (word == "|") {
            glyph.emplace_back();
        } else {
            Point point{};
            std::sscanf(word.c_str(), "%f,%f", &point.x, &point.y);
            glyph.back().push_back({point.x / 100, point.y / 100});
        }
    }
    return glyph;
}

std::vector<std::vector<Glyph>> parse_styles() {
    std::vector<std::vector<Glyph>> styles;
    for (const auto& texts : kStyles) {
        auto& glyphs = styles.emplace_back();
        std::transform(texts.begin(), texts.end(), std::back_inserter(glyphs), parse_glyph);
    }
    return styles;
}

const std::vector<Glyph>& styles_of(int digit) {
    static const std::vector<std::vector<Glyph>> styles = parse_styles();
    return styles[static_cast<std::size_t>(digit)];
}

float uniform(Random& random, float low, float high) {
    return std::uniform_real_distribution<float>(low, high)(random);
}

float normal(Random& random, float deviation) {
    return std::normal_distribution<float>(0, deviation)(random);
}

/// Displaces each point a little; the two points of a corner stay one.
void jitter(Stroke& stroke, float deviation, Random& random) {
    Point before{};
    Point moved{};
    for (std::size_t i = 0; i < stroke.size(); ++i) {
        Point& point = stroke[i];
        const bool corner = i > 0 && point.x == before.x && point.y == before.y;
        before = point;
        if (!corner) {
            moved = {point.x + normal(random, deviation), point.y + normal(random, deviation)};
        }
        point = moved;
    }
}

/// Where the box of a glyph comes to lie in the image: turned, slanted, stretched and shifted.
class Placement {
public:
    explicit Placement(Random& random)
        : turn_(normal(random, 0.08F)),
          slant_(uniform(random, -0.3F, 0.3F)),
          width_(uniform(random, 7.0F, 11.5F)),
          height_(uniform(random, 7.5F, 10.5F)),
          centre_{14 + normal(random, 1), 14 + normal(random, 1)} {}

    Point operator()(Point point) const {
        const float x = (point.x - slant_ * point.y) * width_;
        const float y = point.y * height_;
        return {centre_.x + x * std::cos(turn_) - y * std::sin(turn_),
                centre_.y + x * std::sin(turn_) + y * std::cos(turn_)};
    }

private:
    float turn_;
    float slant_;
    float width_;
    float height_;
    Point centre_;
};

/// Catmull-Rom: the curve from `b` to `c`, coming from `a` and going on to `d`.
Point on_curve(Point a, Point b, Point c, Point d, float t) {
    const auto blend = [t](float p, float q, float r, float s) {
        return q + t / 2 * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)));
    };
    return {blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)};
}

float distance_to_line(Point point, Point from, Point to) {
    const float dx = to.x - from.x;
    const float dy = to.y - from.y;
    const float length_squared = dx * dx + dy * dy;
    float along = 0;
    if (length_squared > 0) {
        along = ((point.x - from.x) * dx + (point.y - from.y) * dy) / length_squared;
        along = std::clamp(along, 0.0F, 1.0F);
    }
    return std::hypot(point.x - from.x - along * dx, point.y - from.y - along * dy);
}

class Canvas {
public:
    explicit Canvas(float pen_radius) : radius_(pen_radius) {}

    void draw(const Stroke& stroke) {
        constexpr int kSteps = 6;
        const std::size_t last = stroke.size() - 1;
        Point from = stroke.front();
        for (std::size_t i = 0; i < last; ++i) {
            for (int step = 1; step <= kSteps; ++step) {
                const float t = static_cast<float>(step) / kSteps;
                const Point to = on_curve(stroke[i == 0 ? 0 : i - 1], stroke[i], stroke[i + 1],
                                          stroke[std::min(i + 2, last)], t);
                draw_line(from, to);
                from = to;
            }
        }
    }

    Image develop(float ink, float noise, Random& random) const {
        Image image;
        std::transform(values_.begin(), values_.end(), image.begin(), [&](float value) {
            const float grey = ink * value + normal(random, noise);
            return static_cast<std::uint8_t>(std::clamp(grey, 0.0F, 1.0F) * 255.0F);
        });
        return image;
    }

private:
    void draw_line(Point from, Point to) {
        const float reach = radius_ + 1;
        const auto first = [reach](float a, float b) {
            return static_cast<std::size_t>(std::clamp(std::min(a, b) - reach, 0.0F, 27.0F));
        };
        const auto last = [reach](float a, float b) {
            return static_cast<std::size_t>(std::clamp(std::max(a, b) + reach, 0.0F, 27.0F));
        };
        for (std::size_t y = first(from.y, to.y); y <= last(from.y, to.y); ++y) {
            for (std::size_t x = first(from.x, to.x); x <= last(from.x, to.x); ++x) {
                const Point centre{static_cast<float>(x) + 0.5F, static_cast<float>(y) + 0.5F};
                const float cover = radius_ + 0.5F - distance_to_line(centre, from, to);
                float& value = values_[y * kSide + x];
                value = std::max(value, std::min(cover, 1.0F));
            }
        }
    }

    float radius_;
    std::array<float, kPixels> values_{};
};

}  // namespace

LabelledImage DigitSource::next() {
    const int digit = std::uniform_int_distribution<int>(0, 9)(random_);
    const std::vector<Glyph>& styles = styles_of(digit);
    Glyph glyph = styles[std::uniform_int_distribution<std::size_t>(0, styles.size() - 1)(random_)];

    const Placement place(random_);
    const float restlessness = uniform(random_, 0.02F, 0.09F);
    Canvas canvas(uniform(random_, 0.6F, 2.0F));
    for (Stroke& stroke : glyph) {
        jitter(stroke, restlessness, random_);
        std::transform(stroke.begin(), stroke.end(), stroke.begin(), place);
        canvas.draw(stroke);
    }
    const float ink = uniform(random_, 0.6F, 1.0F);
    const float noise = uniform(random_, 0.0F, 0.12F);
    return {digit, canvas.develop(ink, noise, random_)};
}

}  // namespace digits
