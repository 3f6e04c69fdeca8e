import { useState, type ReactNode } from 'react';
import { IconButton } from '../design/button.tsx';
import { MoonIcon, SunIcon } from '../design/icons.tsx';
import { TEXT } from './text.ts';
import { chooseTheme, shownTheme } from './theme.ts';

export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState(shownTheme);
  const other = theme === 'dark' ? 'light' : 'dark';
  const turn = (): void => {
    chooseTheme(other);
    setTheme(other);
  };
  return (
    <IconButton label={other === 'dark' ? TEXT.toDark : TEXT.toLight} onPress={turn}>
      {theme === 'dark' ? <SunIcon /> : <MoonIcon />}
    </IconButton>
  );
}
