#include "crash.h"

int main(int argc, char **argv) { return crash_main(&crash_duty, argc, argv); }
