<?php
// Renders pairs of template and data with the installed Twig and prints the results as JSON.
// A warning of PHP counts as "no answer": where PHP itself is unsure there is nothing to compare.
error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(function (int $level, string $message) {
    if (!(error_reporting() & $level)) {
        return true;
    }
    throw new ErrorException($message);
});
require 'Twig/autoload.php';
date_default_timezone_set('UTC');

$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$source, $data, $escaping, $snippets]) {
    // Twig keeps compiled classes by source, not by escaping; the comment keeps the strategies apart.
    $mark = '{# ' . json_encode($escaping) . ' #}';
    $marked = array_map(fn (string $text) => $text . $mark, ['main' => $source] + $snippets);
    $loader = new \Twig\Loader\ArrayLoader($marked);
    $twig = new \Twig\Environment($loader, ['autoescape' => $escaping]);
    try {
        $results[] = ['text' => $twig->render('main', $data)];
    } catch (\Throwable $error) {
        $results[] = ['error' => $error->getMessage()];
    }
}
echo json_encode($results, JSON_INVALID_UTF8_SUBSTITUTE);
