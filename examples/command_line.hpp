// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <iostream>
#include <string>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnull-dereference"  // GCC 12 suspects string options
#include <boost/program_options.hpp>
#pragma GCC diagnostic pop

namespace examples {

namespace options = boost::program_options;

/// The frame of a small program's main(): reads the options (those named in `positions` also
/// without their names), calls `body` and returns its exit status; 2 for a wrong command, 1 for an
/// exception of the body, both with a line on stderr.
inline int run_program(int argc, char** argv, options::options_description known,
                       std::initializer_list<const char*> positions,
                       const std::function<int(const options::variables_map&)>& body) {
    const std::string program = std::filesystem::path(argv[0]).filename().string();
    options::variables_map given;
    try {
        known.add_options()("help", "print this and end");
        options::positional_options_description positional;
        for (const char* name : positions) positional.add(name, 1);
        options::store(
            options::command_line_parser(argc, argv).options(known).positional(positional).run(),
            given);
        if (given.count("help") != 0) {
            std::cout << known;
            return 0;
        }
        options::notify(given);
    } catch (const options::error& error) {
        std::cerr << program << ": " << error.what() << "; see " << program << " --help\n";
        return 2;
    }
    try {
        return body(given);
    } catch (const std::exception& error) {
        std::cerr << program << ": " << error.what() << '\n';
        return 1;
    }
}

}  // namespace examples
