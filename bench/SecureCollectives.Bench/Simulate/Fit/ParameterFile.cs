using System.Text.Json;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>Parameters of a machine in a file, so that others can simulate with them and nothing is measured again.</summary>
/// <param name="Schema">Changes when a reader of this one would misunderstand.</param>
/// <param name="Machine">Where they were measured.</param>
/// <param name="Parameters">Seconds, and seconds per byte.</param>
internal sealed record ParameterFile(int Schema, MachineDescription Machine, ModelParameters Parameters)
{
    public const string Option = "--parameters";

    public const int CurrentSchema = 1;

    public static byte[] Write(MachineDescription machine, ModelParameters parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(new ParameterFile(CurrentSchema, machine, parameters), SimulateJson.Default.ParameterFile);

    /// <exception cref="CommandFailureException">It cannot be read, or holds something else.</exception>
    public static ParameterFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), SimulateJson.Default.ParameterFile);
            if (file is not { Schema: CurrentSchema, Parameters.Cipher.Engine: not null, Machine: not null })
            {
                throw Refused(path, "it holds no parameters of this version; --save-parameters writes such a file");
            }

            if (file.Parameters.Faulty() is { } name)
            {
                throw Refused(path, $"{name} must be a number of seconds, not negative, and of a byte more than 0");
            }

            return file;
        }
        catch (JsonException e)
        {
            throw Refused(path, $"it is no such file: {e.Message.TrimEnd('.')}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused(path, e.Message.TrimEnd('.'));
        }
    }

    private static CommandFailureException Refused(string path, string reason) =>
        new(ExitCode.Usage, $"{Option} '{path}' cannot be used: {reason}.");
}
