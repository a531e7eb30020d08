/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object that is no entry script. */
int answer(void) { return 42; }
