using System.Text.Json;
using SecureCollectives.Bench.Results;
using SecureCollectives.Bench.Simulate.Model;
using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Simulate.Fit;

/// <summary>A machine's parameters in a file, so that others can simulate with them without measuring again.</summary>
/// <param name="Schema">The version of the format; changes when readers of the old format would misread the new one.</param>
/// <param name="Machine">The machine on which they were measured.</param>
/// <param name="Parameters">The parameters, in seconds and seconds per byte.</param>
internal sealed record ParameterFile(int Schema, MachineDescription Machine, ModelParameters Parameters)
{
    public const string Option = "--parameters";

    public const int CurrentSchema = 1;

    public static byte[] Write(MachineDescription machine, ModelParameters parameters) =>
        JsonSerializer.SerializeToUtf8Bytes(new ParameterFile(CurrentSchema, machine, parameters), SimulateJson.Default.ParameterFile);

    /// <exception cref="CommandFailureException">The file cannot be read, or is not a parameter file.</exception>
    public static ParameterFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize(File.ReadAllBytes(path), SimulateJson.Default.ParameterFile);
            if (file is not { Schema: CurrentSchema, Parameters.Cipher.Engine: not null, Machine: not null })
            {
                throw Refused(path, "it does not contain parameters of this version; --save-parameters writes them");
            }

            if (file.Parameters.Faulty() is { } name)
            {
                throw Refused(path, $"{name} must be a number of seconds that is not negative, and positive if it is a time per byte");
            }

            return file;
        }
        catch (JsonException e)
        {
            throw Refused(path, $"it is not a parameter file: {e.Message.TrimEnd('.')}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Refused(path, e.Message.TrimEnd('.'));
        }
    }

    private static CommandFailureException Refused(string path, string reason) =>
        new(ExitCode.Usage, $"{Option} '{path}' cannot be used: {reason}.");
}
