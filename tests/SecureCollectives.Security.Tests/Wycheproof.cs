using System.Text.Json;
using SecureCollectives.Testing;

namespace SecureCollectives.Security.Tests;

/// <summary>Reads files of C2SP/wycheproof. Every reader asserts how many tests it ran, so that an empty loop fails.</summary>
internal static class Wycheproof
{
    /// <summary>Returns all tests in a file with their groups; skips the test if the vectors are missing.</summary>
    public static List<(JsonElement Group, JsonElement Test)> Read(string file, int expectedCount)
    {
        var path = SharedVectors.Wycheproof(file);
        Assert.SkipWhen(path is null, $"Wycheproof's {file} is not beside the checkout.");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        var root = document.RootElement.Clone();
        var tests = root.GetProperty("testGroups").EnumerateArray()
            .SelectMany(static group => group.GetProperty("tests").EnumerateArray().Select(test => (group, test)))
            .ToList();

        Assert.Equal(expectedCount, root.Number("numberOfTests"));
        Assert.Equal(expectedCount, tests.Count);
        return tests;
    }

    public static bool HasFlag(JsonElement test, string flag) =>
        test.GetProperty("flags").EnumerateArray().Any(entry => entry.GetString() == flag);

    public static bool IsValid(JsonElement test) => test.Text("result") switch
    {
        "valid" => true,
        "invalid" => false,
        var other => throw new InvalidDataException($"The result '{other}' is unknown."),
    };
}
